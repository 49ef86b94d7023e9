import Glibc

/// Which file a path leads to, whatever it is called.
struct FileIdentity: Hashable {
  let device: UInt
  let number: UInt
}

/// A configuration file as text.
package struct SourceFile {
  /// Far more than anyone writes; what is larger is another kind of file.
  static let limit = 256 << 10

  package let path: String
  package let text: String
  let identity: FileIdentity

  package init(reading path: String) throws(Failure) {
    self.path = path
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw Failure(
        .missingInput, key: path, "cannot open it: \(String(cString: strerror(errno))).")
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw Failure(
        .badData, key: path, "expected a file of text, found a folder or a device.")
    }
    identity = FileIdentity(device: UInt(status.st_dev), number: UInt(status.st_ino))
    // One byte more than the limit, in case the file grows or does not know its size.
    var bytes = [UInt8](repeating: 0, count: Self.limit + 1)
    var count = 0
    while count < bytes.count {
      let got = bytes.withUnsafeMutableBytes {
        read(descriptor, $0.baseAddress! + count, $0.count - count)
      }
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else {
        throw Failure(.badData, key: path, "cannot read it: \(String(cString: strerror(errno))).")
      }
      if got == 0 { break }
      count += got
    }
    guard count <= Self.limit else {
      throw Failure(
        .badData, key: path, "it is larger than \(Self.limit >> 10) KiB, the most that is read.",
        hint: "Give an experiment file, and let it inherit others with: defaults:")
    }
    guard let text = String(validating: bytes[..<count], as: UTF8.self) else {
      let valid = Self.validPrefix(bytes[..<count])
      let line = bytes[..<valid].count { $0 == UInt8(ascii: "\n") } + 1
      throw Failure(
        .badData, key: "\(path):\(line)", "byte \(valid + 1) of the file is not UTF-8.",
        hint: "Save it as UTF-8.")
    }
    self.text = text
  }

  /// How many bytes at the start are UTF-8.
  private static func validPrefix(_ bytes: ArraySlice<UInt8>) -> Int {
    var decoder = UTF8()
    var input = bytes.makeIterator()
    var valid = 0
    while case .scalarValue(let scalar) = decoder.decode(&input) {
      valid += UTF8.width(scalar)
    }
    return valid
  }

  /// The folder that relative paths in the file are relative to.
  var folder: String {
    path.lastIndex(of: "/").map { String(path[..<$0]) + "/" } ?? ""
  }
}
