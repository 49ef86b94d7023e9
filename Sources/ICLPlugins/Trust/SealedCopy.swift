internal import Glibc

/// A file's bytes in memory of this process, and on demand in a file that nobody can change.
///
/// The file is read once. Everything that is found out about it, and what the dynamic loader maps,
/// comes from this copy, so that a change of the file between check and use changes nothing.
///
/// Source: memfd_create(2), F_ADD_SEALS in fcntl(2).
public final class SealedCopy: @unchecked Sendable {
  /// Of the file, as it was given.
  public let path: String
  public let bytes: UnsafeRawBufferPointer

  /// Beyond it a file is no plugin.
  private static let largest = 1 << 30

  /// Errors: what is no file, cannot be read, or can be changed by others.
  public init(path: String) throws(PluginError) {
    self.path = path
    let file = try OpenedFile(path: path)
    try FilePermissions.check(file.status, path: path)
    guard file.status.st_size <= Self.largest else {
      throw PluginError(
        .unreadableFile, "the file has \(file.status.st_size) bytes; at most 2^30 are read.",
        path: path)
    }
    let buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: Int(file.status.st_size), alignment: 64)
    var count = 0
    while count < buffer.count {
      let got = read(file.descriptor, buffer.baseAddress! + count, buffer.count - count)
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else {
        let reason = String(cString: strerror(errno))
        buffer.deallocate()
        throw PluginError(.unreadableFile, "the file cannot be read: \(reason).", path: path)
      }
      if got == 0 { break }
      count += got
    }
    bytes = UnsafeRawBufferPointer(start: buffer.baseAddress, count: count)
  }

  deinit { bytes.deallocate() }

  var file: FileBytes { FileBytes(borrowing: bytes) }

  /// What the dynamic loader opens: a file in memory of these bytes, sealed.
  ///
  /// Its descriptor stays open: the loader knows libraries by name, and would take another copy
  /// with the same number for this one.
  func pathToLoad() throws(PluginError) -> String { "/proc/self/fd/\(try sealedDescriptor())" }

  /// A file in memory of these bytes, sealed; whoever asks for it keeps or closes it.
  func sealedDescriptor() throws(PluginError) -> Int32 {
    let descriptor = Memory.file(named: "icl-plugin " + fileName(path))
    guard descriptor >= 0, put(to: descriptor), Memory.seal(descriptor) else {
      let reason = String(cString: strerror(errno))
      if descriptor >= 0 { close(descriptor) }
      throw PluginError(
        .unreadableFile, "no private copy can be made of it: \(reason).", path: path)
    }
    return descriptor
  }

  private func put(to target: Int32) -> Bool {
    var rest = bytes
    while !rest.isEmpty {
      let written = write(target, rest.baseAddress!, rest.count)
      if written < 0 && errno == EINTR { continue }
      if written <= 0 { return false }
      rest = UnsafeRawBufferPointer(rebasing: rest[written...])
    }
    return true
  }
}

/// What Swift's Glibc leaves out of linux/memfd.h and linux/fcntl.h.
private enum Memory {
  /// A file in memory without a name; -1 with `errno` where there can be none.
  static func file(named name: String) -> Int32 {
    typealias Create = @convention(c) (UnsafePointer<CChar>, UInt32) -> Int32
    guard let symbol = dlsym(nil, "memfd_create") else {
      errno = ENOSYS
      return -1
    }
    let (closesOnExec, allowsSealing): (UInt32, UInt32) = (1, 2)
    return unsafeBitCast(symbol, to: Create.self)(name, closesOnExec | allowsSealing)
  }

  /// No other size, no write, and no more seals.
  static func seal(_ descriptor: Int32) -> Bool {
    let addSeals: Int32 = 1033
    let (noSeals, noShrinking, noGrowing, noWrites): (Int32, Int32, Int32, Int32) = (1, 2, 4, 8)
    return fcntl(descriptor, addSeals, noSeals | noShrinking | noGrowing | noWrites) == 0
  }
}
