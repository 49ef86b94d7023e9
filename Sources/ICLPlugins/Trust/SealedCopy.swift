internal import Glibc

/// A file's bytes in memory of this process that nobody can change, the process itself included.
///
/// The file is read once. Everything that is found out about it, and what the dynamic loader maps,
/// comes from this copy, so that a change of the file between check and use changes nothing.
///
/// Source: memfd_create(2), F_ADD_SEALS in fcntl(2).
public final class SealedCopy: @unchecked Sendable {
  /// Of the file, as it was given.
  public let path: String
  public let bytes: UnsafeRawBufferPointer
  let descriptor: Int32
  private var staysOpen = false

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
    descriptor = Memory.file(named: "icl-plugin " + fileName(path))
    guard descriptor >= 0 else { throw Self.failure(path) }
    let count = try Self.copy(file.descriptor, to: descriptor, path: path)
    guard Memory.seal(descriptor) else {
      let error = Self.failure(path)
      close(descriptor)
      throw error
    }
    guard count > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    guard let start = mmap(nil, count, PROT_READ, MAP_SHARED, descriptor, 0), start != MAP_FAILED
    else {
      let error = Self.failure(path)
      close(descriptor)
      throw error
    }
    bytes = UnsafeRawBufferPointer(start: start, count: count)
  }

  /// What the dynamic loader opens. It knows libraries by name, and would take a second one of this
  /// number for the first: so the number stays taken.
  func pathToLoad() -> String {
    staysOpen = true
    return "/proc/self/fd/\(descriptor)"
  }

  var file: FileBytes { FileBytes(borrowing: descriptor, size: UInt64(bytes.count)) }

  deinit {
    if !bytes.isEmpty { munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress!), bytes.count) }
    if !staysOpen { close(descriptor) }
  }

  private static func copy(
    _ source: Int32, to target: Int32, path: String
  ) throws(PluginError) -> Int {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
    defer { buffer.deallocate() }
    var total = 0
    while true {
      let got = read(source, buffer.baseAddress!, buffer.count)
      if got < 0 && errno == EINTR { continue }
      if got == 0 { return total }
      total += max(got, 0)
      guard got > 0, total <= largest, put(buffer[..<got], to: target) else {
        let error = failure(path)
        close(target)
        throw error
      }
    }
  }

  private static func put(_ bytes: Slice<UnsafeMutableRawBufferPointer>, to target: Int32) -> Bool {
    var rest = UnsafeRawBufferPointer(rebasing: bytes)
    while !rest.isEmpty {
      let written = write(target, rest.baseAddress!, rest.count)
      if written < 0 && errno == EINTR { continue }
      if written <= 0 { return false }
      rest = UnsafeRawBufferPointer(rebasing: rest[written...])
    }
    return true
  }

  private static func failure(_ path: String) -> PluginError {
    PluginError(
      .unreadableFile, "no private copy can be made of it: \(String(cString: strerror(errno))).",
      path: path)
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
