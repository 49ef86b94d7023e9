import Glibc

/// A text file that grows by whole lines.
///
/// A last line without its end, which a killed process left, goes before the first append. Lines
/// that do not fit on the disk go too: what is in the file is whole.
public final class AppendedFile {
  private let path: String
  private let descriptor: Int32
  private let capacity: Int
  private var pending: [UInt8] = []

  /// - Parameter capacity: bytes that are kept until they are written together; with 0 each line is
  ///   written at once.
  public init(_ path: String, capacity: Int = 0) throws(RecordError) {
    self.path = path
    self.capacity = capacity
    descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw RecordError(.cannotCreate, path: path, message: "cannot create it: \(reason())")
    }
    try dropTornLine()
  }

  deinit {
    try? flush()
    close(descriptor)
  }

  public func append(_ line: String) throws(RecordError) {
    pending += line.utf8
    pending.append(UInt8(ascii: "\n"))
    if pending.count > capacity { try flush() }
  }

  /// Writes what is kept. After an error the file is as it was before, and nothing is kept.
  public func flush() throws(RecordError) {
    guard !pending.isEmpty else { return }
    let start = lseek(descriptor, 0, SEEK_END)
    defer { pending.removeAll(keepingCapacity: true) }
    // A disk that fills takes a part and gives no error before the next write.
    guard writeAll(pending, to: descriptor) else {
      let code = errno
      ftruncate(descriptor, start)
      errno = code
      throw RecordError(.cannotWrite, path: path, message: "cannot write to it: \(reason())")
    }
  }

  /// After that, what was appended survives a crash of the machine.
  public func synchronize() throws(RecordError) {
    try flush()
    guard fsync(descriptor) == 0 || errno == EINVAL else {
      throw RecordError(.cannotWrite, path: path, message: "cannot write to it: \(reason())")
    }
  }

  private func dropTornLine() throws(RecordError) {
    let size = lseek(descriptor, 0, SEEK_END)
    guard size > 0 else { return }
    var last: UInt8 = 0
    guard pread(descriptor, &last, 1, size - 1) == 1, last != UInt8(ascii: "\n") else { return }
    let end = try contents(of: path).lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    ftruncate(descriptor, off_t(end))
  }
}
