internal import CICLTrial
internal import Glibc

/// What a plugin leaves as it was: things of the whole process.
struct ProcessState {
  let threads: Int
  /// Number to what it is: "3" to "/tmp/x".
  let descriptors: [String: String]
  let signals: UInt64
  let locale: String
  let folder: String
  let umask: UInt32
  let environment: [String]
  let printed: Int

  init(_ trial: Trial) {
    fflush(nil)
    threads = Self.names("/proc/self/task").count
    var found: [String: String] = [:]
    for name in Self.names("/proc/self/fd") {
      var target = [CChar](repeating: 0, count: 512)
      let count = readlink("/proc/self/fd/\(name)", &target, 511)
      if count > 0 {
        found[name] = String(
          decoding: target[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
      }
    }
    descriptors = found.filter { !$0.value.hasPrefix("/proc/") }
    signals = icl_trial_signal_state()
    locale = setlocale(LC_ALL, nil).map { String(cString: $0) } ?? ""
    folder =
      getcwd(nil, 0).map { path in
        defer { free(path) }
        return String(cString: path)
      } ?? ""
    umask = icl_trial_umask()
    var variables: [String] = []
    var place = environ
    while let variable = place.pointee {
      variables.append(String(cString: variable))
      place += 1
    }
    environment = variables.sorted()
    printed = Int(lseek(trial.output, 0, SEEK_END))
  }

  private static func names(_ folder: String) -> [String] {
    guard let open = opendir(folder) else { return [] }
    defer { closedir(open) }
    var names: [String] = []
    while let entry = readdir(open) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names
  }
}
