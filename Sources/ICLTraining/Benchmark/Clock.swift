import Glibc

/// Seconds by the clocks of the system.
enum Clock {
  static var wall: Double { read(CLOCK_MONOTONIC) }
  /// Of all threads of this process.
  static var processor: Double { read(CLOCK_PROCESS_CPUTIME_ID) }

  /// Since this process was started, to the 10 ms that the system keeps.
  static var processAge: Double? {
    guard let stat = contents(of: "/proc/self/stat"), let name = stat.lastIndex(of: ")") else {
      return nil
    }
    // The 22nd field, counted from the state behind the name, which is the third.
    let fields = stat[name...].dropFirst().split(separator: " ")
    guard fields.count > 19, let ticks = Double(fields[19]) else { return nil }
    return read(CLOCK_BOOTTIME) - ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  private static func read(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  private static func contents(of path: String) -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = fread(&buffer, 1, buffer.count, file)
    return String(decoding: buffer.prefix(count), as: UTF8.self)
  }
}

extension Machine {
  /// The most memory that this process has held so far, in bytes.
  ///
  /// Not getrusage's: that counts the parent's memory from before exec as well.
  static var peakMemory: Double {
    line("VmHWM:", in: "/proc/self/status").flatMap(Double.init).map { $0 * 1024 } ?? .nan
  }
}
