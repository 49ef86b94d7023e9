internal import Glibc

/// How a worker ended that should not have, and what it was calling.
struct ForeignCrash {
  let what: String
  let ending: String

  init(_ manifest: ForeignManifest, marker: ForeignMarker, status: Int32) {
    let functions = ForeignSymbols.order(manifest)
    let number = marker.memory[0] - 1
    let libraries = manifest.libraries.joined(separator: ", ")
    what =
      functions.indices.contains(number)
      ? "\(functions[number]) of \(libraries), item \(marker.memory[1])"
      : "\(libraries), outside of any call"
    let signal = status & 0x7f
    if signal == 0 {
      ending = "ended the worker process with exit status \((status >> 8) & 0xff)"
    } else {
      ending = "was ended by signal \(signal) (\(Self.name(signal)))"
    }
  }

  func error(path: String) -> PluginError {
    let command = (CommandLine.arguments + ["--foreign", "in-process"])
      .map { $0.contains(where: { " '\"$#".contains($0) }) ? "'\($0)'" : $0 }
      .joined(separator: " ")
    return PluginError(
      .callFailed, "\(what): it \(ending); icl-host goes on.",
      hint:
        "Compare the declaration with the library's header. Reproduce in a debugger: \(command)",
      path: path)
  }

  private static func name(_ signal: Int32) -> String {
    let names: [Int32: String] = [
      SIGSEGV: "SIGSEGV", SIGABRT: "SIGABRT", SIGBUS: "SIGBUS", SIGFPE: "SIGFPE",
      SIGILL: "SIGILL", SIGKILL: "SIGKILL", SIGTERM: "SIGTERM", SIGTRAP: "SIGTRAP",
    ]
    return names[signal] ?? "signal \(signal)"
  }
}
