import Glibc

/// What the machine has for a run.
public enum Machine {
  /// Processors that this process may use.
  static var processors: Int {
    let mask = line("Cpus_allowed:", in: "/proc/self/status") ?? ""
    let allowed = mask.reduce(0) { $0 + ($1.hexDigitValue?.nonzeroBitCount ?? 0) }
    return allowed > 0 ? allowed : max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
  }

  /// "Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz"; empty where the system does not say.
  static var processorName: String {
    guard let file = fopen("/proc/cpuinfo", "r") else { return "" }
    defer { fclose(file) }
    var buffer = [CChar](repeating: 0, count: 1024)
    while fgets(&buffer, Int32(buffer.count), file) != nil {
      let text = String(decoding: buffer.prefix { $0 > 0 }.map { UInt8($0) }, as: UTF8.self)
      guard text.hasPrefix("model name"), let colon = text.firstIndex(of: ":") else { continue }
      return String(text[text.index(after: colon)...].drop { $0 == " " }.prefix { $0 != "\n" })
    }
    return ""
  }

  /// "Linux 6.1.0 x86_64"
  static var systemName: String {
    var names = utsname()
    guard uname(&names) == 0 else { return "" }
    func text<Field>(_ field: Field) -> String {
      withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
    return "\(text(names.sysname)) \(text(names.release)) \(text(names.machine))"
  }

  /// Bytes that can be had without swapping: the system's, or the process group's limit if that is
  /// lower. nil where the system does not say.
  public static var availableMemory: Double? {
    let system = line("MemAvailable:", in: "/proc/meminfo").flatMap(Double.init).map { $0 * 1024 }
    let group = line("", in: "/sys/fs/cgroup/memory.max").flatMap(Double.init)
    return [system, group].compactMap { $0 }.min()
  }

  /// "1.5 GiB"
  public static func text(_ bytes: Double) -> String {
    let units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
    var value = bytes
    var unit = 0
    while value >= 1024, unit < units.count - 1 {
      value /= 1024
      unit += 1
    }
    let digits = unit == 0 || value >= 100 ? 0 : 1
    let scale = pow(10, Double(digits))
    let rounded = (value * scale).rounded() / scale
    return (digits == 0 ? "\(Int(rounded))" : "\(rounded)") + " " + units[unit]
  }

  /// The first word behind a label at the start of a line.
  static func line(_ label: String, in path: String) -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var buffer = [CChar](repeating: 0, count: 1024)
    while fgets(&buffer, Int32(buffer.count), file) != nil {
      let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      let text = String(decoding: bytes, as: UTF8.self)
      guard text.hasPrefix(label) else { continue }
      return text.dropFirst(label.count)
        .split { $0 == " " || $0 == "\t" || $0 == "\n" }.first.map(String.init)
    }
    return nil
  }
}
