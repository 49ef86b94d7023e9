import Glibc

/// Tells whether files were written or replaced, by what the system says of them.
struct WatchedFiles {
  private struct Stamp: Equatable {
    var device: UInt
    var inode: UInt
    var size: Int
    var seconds: Int
    var nanoseconds: Int
  }

  let paths: [String]
  private var known: [Stamp?]
  private var latest: [Stamp?]

  init(_ paths: [String]) {
    self.paths = paths
    known = paths.map(Self.stamp)
    latest = known
  }

  /// Looks once: true where something is otherwise than it was known, all of it is there, and it is
  /// as it was at the last look, so that whoever writes is done.
  mutating func haveChanged() -> Bool {
    let now = paths.map(Self.stamp)
    defer { latest = now }
    return now != known && now == latest && !now.contains(nil)
  }

  /// What is there now is known.
  mutating func accept() { known = latest }

  private static func stamp(_ path: String) -> Stamp? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return Stamp(
      device: UInt(status.st_dev), inode: UInt(status.st_ino), size: Int(status.st_size),
      seconds: Int(status.st_mtim.tv_sec), nanoseconds: Int(status.st_mtim.tv_nsec))
  }
}
