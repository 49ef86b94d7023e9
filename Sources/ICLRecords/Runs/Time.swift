import Glibc

/// A moment, in seconds since 1970.
struct Time {
  var seconds: Double

  static var now: Time {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Time(seconds: Double(time.tv_sec) + Double(time.tv_nsec) / 1e9)
  }

  /// In UTC: 2026-11-21T06:05:32Z.
  var text: String {
    var whole = time_t(seconds.rounded(.down))
    var parts = tm()
    gmtime_r(&whole, &parts)
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 32) { buffer in
      strftime(buffer.baseAddress!, buffer.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
      return String(cString: buffer.baseAddress!)
    }
  }
}
