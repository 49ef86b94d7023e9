internal import Glibc

/// A regular file that is read in pieces, never past its end.
final class FileBytes {
  let size: UInt64
  private let descriptor: Int32

  init(path: String) throws(PluginError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      let reason = String(cString: strerror(errno))
      if errno == ENOENT || errno == ENOTDIR {
        throw PluginError(
          .fileNotFound, "there is no such file.",
          hint: "Give the path of a plugin, or see the names with: icl-host list", path: path)
      }
      throw PluginError(.unreadableFile, "the file cannot be read: \(reason).", path: path)
    }
    self.descriptor = descriptor
    var status = stat()
    let isRegular = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    size = isRegular ? UInt64(status.st_size) : 0
    guard isRegular else {
      throw PluginError(
        .notAFile,
        status.st_mode & S_IFMT == S_IFDIR
          ? "this is a folder, expected a shared library." : "this is not a regular file.",
        hint: status.st_mode & S_IFMT == S_IFDIR ? "Search a folder with: --plugin-dir" : "",
        path: path)
    }
  }

  deinit { close(descriptor) }

  /// nil where the range is not wholly in the file.
  func read(at offset: UInt64, count: UInt64) -> [UInt8]? {
    guard offset <= size, count <= size - offset, count <= 1 << 24 else { return nil }
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
