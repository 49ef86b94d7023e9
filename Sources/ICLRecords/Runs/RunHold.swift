import Glibc

/// The right to write to a run directory; at most one process has it.
///
/// It is a lock on the file `lock`, which the system takes back when the process ends in any way.
/// The file's text says who has it.
public final class RunHold: Sendable {
  /// Who holds a run directory.
  public struct Holder: Hashable, Sendable {
    public let process: Int
    public let host: String
    /// In UTC.
    public let since: String
  }

  private let descriptor: Int32

  init(_ path: String) throws(RecordError) {
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw RecordError(.cannotCreate, path: path, message: "cannot create it: \(reason())")
    }
    var lock = FileLock.whole
    guard fcntl(descriptor, FileLock.set, &lock) == 0 else {
      let code = errno
      close(descriptor)
      guard code == EAGAIN || code == EACCES else {
        throw RecordError(
          .cannotWrite, path: path,
          message: "cannot lock it: \(String(cString: strerror(code)))",
          hint: "The file system may have no locks; name a folder elsewhere with --out.")
      }
      let holder = Holder(reading: path).map {
        "process \($0.process) on \($0.host), since \($0.since)"
      }
      throw RecordError(
        .held, path: path, message: "the run directory is in use by \(holder ?? "another process")",
        hint: "Wait until it ends, stop it, or name another folder with --out.")
    }
    let text: JSON = [
      "pid": .integer(Int(getpid())), "host": .text(hostName()), "since": .text(Time.now.text),
    ]
    let line = Array((text.compact + "\n").utf8)
    guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, line, line.count, 0) == line.count
    else {
      let message = "cannot write to it: \(reason())"
      close(descriptor)
      throw RecordError(.cannotWrite, path: path, message: message)
    }
  }

  deinit { close(descriptor) }
}

extension RunDirectory {
  /// Takes the right to write, and removes what a killed process left half written.
  public func hold() throws(RecordError) -> RunHold {
    let hold = try RunHold(path(to: "lock"))
    for folder in [path, path(to: "checkpoints"), path(to: "plots")] {
      PendingFile.removeLeftovers(in: folder)
    }
    return hold
  }

  /// Who works on the run now; nil if nobody does.
  public var holder: RunHold.Holder? {
    let descriptor = open(path(to: "lock"), O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var lock = FileLock.whole
    guard fcntl(descriptor, FileLock.get, &lock) == 0, lock.l_type != Int16(F_UNLCK) else {
      return nil
    }
    return RunHold.Holder(reading: path(to: "lock")) ?? RunHold.Holder.unknown
  }
}

extension RunHold.Holder {
  static let unknown = RunHold.Holder(process: 0, host: "", since: "")

  fileprivate init?(reading path: String) {
    guard let text = try? contents(of: path), let document = try? JSON(parsing: text),
      let process = document["pid"]?.integer, let host = document["host"]?.string,
      let since = document["since"]?.string
    else { return nil }
    self.init(process: process, host: host, since: since)
  }
}

/// Locks that belong to an open file, not to a process: two of one process exclude each other too,
/// and asking for one takes nothing. `fcntl.h` hides their numbers without _GNU_SOURCE.
private enum FileLock {
  static let get: Int32 = 36
  static let set: Int32 = 37

  static var whole: flock {
    flock(
      l_type: Int16(F_WRLCK), l_whence: Int16(SEEK_SET), l_start: 0, l_len: 0, l_pid: 0)
  }
}
