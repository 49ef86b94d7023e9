import Glibc

/// A file that is being written under another name, and appears at its own by an atomic rename.
final class PendingFile {
  let path: String
  private let temporary: String
  private var descriptor: Int32
  private var isOpen = true

  init(_ path: String) throws(RecordError) {
    self.path = path
    temporary = "\(path).\(getpid()).partial"
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

  func commit() throws(RecordError) {
    guard fsync(descriptor) == 0 || errno == EINVAL, rename(temporary, path) == 0 else {
      throw RecordError(.cannotWrite, path: path, message: "cannot write to it: \(reason())")
    }
    close(descriptor)
    isOpen = false
  }

  deinit {
    guard isOpen else { return }
    close(descriptor)
    unlink(temporary)
  }
}

/// The last error of the system, in words.
func reason() -> String { String(cString: strerror(errno)) }

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
