import ArgumentParser
import ICLPlugins

/// Which plugins run in processes of their own.
struct IsolationOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Which plugins run in a process of their own, where a crash cannot harm the run: auto means "
        + "those that did not come with icl-host.",
      valueName: "never|auto|always"))
  var isolate = Isolation.Policy.auto

  @Option(
    name: .customLong("call-limit"),
    help: ArgumentHelp(
      "How long a call of a plugin in a process of its own may take; 0: for ever.",
      valueName: "seconds"))
  var callLimit = Isolation.defaultCallLimit / .seconds(1)

  func validate() throws {
    guard callLimit >= 0, callLimit <= 4e6 else {
      throw ValidationError("--call-limit is \(callLimit), expected 0 to 4000000 seconds.")
    }
  }

  var isolation: Isolation {
    let folder = PluginOptions.executableFolder ?? "/"
    return Isolation(
      isolate, trust: FirstPartyTrust(executableFolder: folder),
      programs: Isolation.programs(executableFolder: folder),
      callLimit: .milliseconds(Int64(callLimit * 1000)))
  }
}

extension Isolation.Policy: ExpressibleByArgument {}
