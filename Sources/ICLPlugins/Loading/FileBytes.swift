internal import Glibc

/// A regular file that was opened for reading.
final class OpenedFile {
  let descriptor: Int32
  let status: stat

  init(path: String) throws(PluginError) {
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      let reason = String(cString: strerror(errno))
      if errno == ENOENT || errno == ENOTDIR {
        throw PluginError(
          .fileNotFound, "there is no such file.",
          hint: "Give the path of a plugin, or see the names with: icl-host list", path: path)
      }
      throw PluginError(.unreadableFile, "the file cannot be read: \(reason).", path: path)
    }
    var status = stat()
    let isRegular = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    self.status = status
    guard isRegular else {
      let isFolder = status.st_mode & S_IFMT == S_IFDIR
      throw PluginError(
        .notAFile,
        isFolder
          ? "this is a folder, expected a shared library." : "this is not a regular file.",
        hint: isFolder ? "Search a folder with: --plugin-dir" : "", path: path)
    }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }
}

/// A regular file, or bytes in memory, read in pieces and never past the end.
final class FileBytes {
  let size: UInt64
  private enum Source {
    case file(OpenedFile)
    case memory(UnsafeRawBufferPointer)
  }
  private let source: Source

  init(path: String) throws(PluginError) {
    let file = try OpenedFile(path: path)
    (source, size) = (.file(file), UInt64(file.status.st_size))
  }

  /// Of memory that stays while this is used.
  init(borrowing bytes: UnsafeRawBufferPointer) {
    (source, size) = (.memory(bytes), UInt64(bytes.count))
  }

  /// nil where the range is not wholly there.
  func read(at offset: UInt64, count: UInt64) -> [UInt8]? {
    guard offset <= size, count <= size - offset, count <= 1 << 24 else { return nil }
    switch source {
    case .memory(let bytes): return Array(bytes[Int(offset)..<Int(offset + count)])
    case .file(let file): return Self.read(file.descriptor, at: offset, count: count)
    }
  }

  private static func read(_ descriptor: Int32, at offset: UInt64, count: UInt64) -> [UInt8]? {
    var complete = true
    let bytes = [UInt8](unsafeUninitializedCapacity: Int(count)) { buffer, filled in
      while filled < Int(count) {
        let got = pread(
          descriptor, buffer.baseAddress! + filled, Int(count) - filled,
          off_t(offset) + off_t(filled))
        if got < 0 && errno == EINTR { continue }
        if got <= 0 { break }
        filled += got
      }
      complete = filled == Int(count)
    }
    return complete ? bytes : nil
  }
}
