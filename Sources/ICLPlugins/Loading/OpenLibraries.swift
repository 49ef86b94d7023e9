internal import Glibc
internal import Synchronization

/// What the process has opened: like the dynamic loader's own table, there is one.
///
/// A library that is opened again runs no constructor, so whether it changed the floating-point
/// mode has to be remembered from the first time.
enum OpenLibraries {
  struct Opened {
    let handle: UnsafeMutableRawPointer
    let changedFloatingPoint: Bool
  }

  private struct Entry: @unchecked Sendable {
    var changedFloatingPoint: Bool
    var library: PluginLibrary?
  }

  private static let entries = Mutex<[UInt: Entry]>([:])

  /// - Parameter name: what the loader opens, where it is not the path itself.
  static func open(path: String, as name: String? = nil) throws(PluginError) -> Opened {
    // Without a slash the loader would search its own folders.
    let file = name ?? (path.contains("/") ? path : "./" + path)
    let ((handle, reason), changed) = FloatingPointMode.guarding {
      let handle = dlopen(file, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE)
      return (handle, handle == nil ? dlerror().map { String(cString: $0) } : nil)
    }
    guard let handle else {
      throw TableReader(path: path).cannotOpen(reason ?? "no reason given", isCopy: name != nil)
    }
    let key = UInt(bitPattern: handle)
    let changedEver = entries.withLock { entries in
      let entry = entries[key] ?? Entry(changedFloatingPoint: changed)
      entries[key] = entry
      return entry.changedFloatingPoint
    }
    return Opened(handle: handle, changedFloatingPoint: changedEver)
  }

  /// Libraries of copies: by path and digest, since every copy is a file of its own.
  private static let copies = Mutex<[String: PluginLibrary]>([:])

  static func copy(
    of path: String, digest: String, make: () throws(PluginError) -> PluginLibrary
  ) throws(PluginError) -> PluginLibrary {
    let key = "\(digest) \(path)"
    if let known = copies.withLock({ $0[key] }) { return known }
    let library = try make()
    // Where two threads load it at once, both get the first: components refer to their library.
    return copies.withLock { copies in
      let kept = copies[key] ?? library
      copies[key] = kept
      return kept
    }
  }

  static func library(
    for handle: UnsafeMutableRawPointer, make: () throws(PluginError) -> PluginLibrary
  ) throws(PluginError) -> PluginLibrary {
    let key = UInt(bitPattern: handle)
    if let known = entries.withLock({ $0[key]?.library }) { return known }
    let library = try make()
    // As for copies.
    return entries.withLock { entries in
      let kept = entries[key]?.library ?? library
      entries[key]?.library = kept
      return kept
    }
  }
}
