import Glibc

/// A text file that grows by whole lines, each in one write.
///
/// A last line without its end, which a killed process left, goes before the first append. A line
/// that does not fit on the disk goes too: what is in the file is whole.
public final class AppendedFile {
  private let path: String
  private let descriptor: Int32

  public init(_ path: String) throws(RecordError) {
    self.path = path
    descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw RecordError(.cannotCreate, path: path, message: "cannot create it: \(reason())")
    }
    try dropTornLine()
  }

  deinit { close(descriptor) }

  public func append(_ line: String) throws(RecordError) {
    var line = line
    line.append("\n")
    let result: Bool = line.withUTF8 { bytes in
      let start = lseek(descriptor, 0, SEEK_END)
      var written: Int
      repeat {
        written = Glibc.write(descriptor, bytes.baseAddress!, bytes.count)
      } while written < 0 && errno == EINTR
      guard written != bytes.count else { return true }
      // A disk that fills within the line takes a part of it and gives no error.
      let code = written < 0 ? errno : ENOSPC
      if written > 0 { ftruncate(descriptor, start) }
      errno = code
      return false
    }
    guard result else {
      throw RecordError(.cannotWrite, path: path, message: "cannot write to it: \(reason())")
    }
  }

  /// After that, what was appended survives a crash of the machine.
  public func synchronize() throws(RecordError) {
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
