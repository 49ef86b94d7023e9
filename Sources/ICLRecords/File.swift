import Glibc

/// A file that is being written under another name, and appears at its own by an atomic rename.
final class PendingFile {
  let path: String
  private let temporary: String
  private var descriptor: Int32
  private var isOpen = true

  init(_ path: String) throws(RecordError) {
    self.path = path
    temporary = "\(path).\(getpid())\(Self.suffix)"
    descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw RecordError(.cannotCreate, path: path, message: "cannot create it: \(reason())")
    }
  }

  func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(RecordError) {
    var done = 0
    while done < bytes.count {
      let written = pwrite(
        descriptor, bytes.baseAddress! + done, bytes.count - done, off_t(offset) + off_t(done))
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else {
        throw RecordError(.cannotWrite, path: path, message: "cannot write to it: \(reason())")
      }
      done += written
    }
  }

  func write(_ bytes: [UInt8], at offset: UInt64) throws(RecordError) {
    try bytes.withUnsafeBufferPointer { (buffer) throws(RecordError) in
      try write(UnsafeRawBufferPointer(buffer), at: offset)
    }
  }

  /// Lets the file appear.
  ///
  /// - Parameter durably: after that a crash of the machine keeps it, as far as the disk does. It
  ///   takes some milliseconds.
  func commit(durably: Bool = true) throws(RecordError) {
    let isSafe = !durably || fsync(descriptor) == 0 || errno == EINVAL
    guard isSafe, rename(temporary, path) == 0 else {
      throw RecordError(.cannotWrite, path: path, message: "cannot write to it: \(reason())")
    }
    close(descriptor)
    isOpen = false
    if durably { synchronizeFolder(of: path) }
  }

  static func write(
    _ bytes: [UInt8], to path: String, durably: Bool = true
  ) throws(RecordError) {
    let file = try PendingFile(path)
    try file.write(bytes, at: 0)
    try file.commit(durably: durably)
  }

  /// What a process that was killed while it wrote has left in a folder.
  static func removeLeftovers(in folder: String) {
    for name in names(in: folder) ?? [] where name.hasSuffix(suffix) { unlink("\(folder)/\(name)") }
  }

  static func isLeftover(_ name: String) -> Bool { name.hasSuffix(suffix) }

  private static let suffix = ".partial"

  deinit {
    guard isOpen else { return }
    close(descriptor)
    unlink(temporary)
  }
}

/// The last error of the system, in words.
func reason() -> String { String(cString: strerror(errno)) }

/// Writes at a file's end or a pipe's; false with `errno` if not all could be written.
func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
  bytes.withUnsafeBytes { buffer in
    var done = 0
    while done < buffer.count {
      let written = write(descriptor, buffer.baseAddress! + done, buffer.count - done)
      if written < 0 && errno == EINTR { continue }
      if written == 0 { errno = ENOSPC }
      if written <= 0 { return false }
      done += written
    }
    return true
  }
}

/// A whole file.
func contents(of path: String) throws(RecordError) -> [UInt8] {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else {
    throw RecordError(.missing, path: path, message: "cannot open it: \(reason())")
  }
  defer { close(descriptor) }
  var status = stat()
  guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
    throw RecordError(.badData, path: path, message: "it is not a regular file")
  }
  let size = Int(status.st_size)
  var failed = false
  let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
    count = 0
    while count < size {
      let got = read(descriptor, buffer.baseAddress! + count, size - count)
      if got < 0 && errno == EINTR { continue }
      if got < 0 { failed = true }
      if got <= 0 { break }
      count += got
    }
  }
  if failed { throw RecordError(.badData, path: path, message: "cannot read it: \(reason())") }
  return bytes
}

/// The names in a folder, sorted; nil if it cannot be read.
func names(in folder: String) -> [String]? {
  guard let directory = opendir(folder) else { return nil }
  defer { closedir(directory) }
  var names: [String] = []
  while let entry = readdir(directory) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if name != "." && name != ".." { names.append(name) }
  }
  return names.sorted()
}

/// Makes a folder and those above it.
func makeFolder(_ path: String) throws(RecordError) {
  var end = path.startIndex
  while end < path.endIndex {
    end = path[path.index(after: end)...].firstIndex(of: "/") ?? path.endIndex
    let folder = String(path[..<end])
    guard mkdir(folder, 0o777) == 0 || errno == EEXIST || errno == EISDIR || isFolder(folder) else {
      throw RecordError(
        .cannotCreate, path: path, message: "cannot create the folder \(folder): \(reason())",
        hint: "Name another folder with --out.")
    }
  }
  guard isFolder(path) else {
    throw RecordError(
      .cannotCreate, path: path, message: "it is a file, and a folder is expected",
      hint: "Name another folder with --out.")
  }
}

func isFolder(_ path: String) -> Bool { mode(of: path).map { $0 & S_IFMT == S_IFDIR } ?? false }

func exists(_ path: String) -> Bool { mode(of: path) != nil }

private func mode(of path: String) -> mode_t? {
  var status = stat()
  return stat(path, &status) == 0 ? status.st_mode : nil
}

/// A rename is in the folder's own data; not every file system has it synchronised by itself.
private func synchronizeFolder(of path: String) {
  let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
  let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
  guard descriptor >= 0 else { return }
  fsync(descriptor)
  close(descriptor)
}
