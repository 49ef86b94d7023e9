import ArgumentParser
import ICLTraining

struct ProfileOptions: ParsableArguments {
  @Flag(
    name: .long,
    help: "Run a few steps on one thread, show where their time goes, and stop.")
  var profile = false
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Write the profile's first step as a trace for Perfetto (https://ui.perfetto.dev).",
      valueName: "file.json"))
  var trace: String?

  var isWanted: Bool { profile || trace != nil }

  var arguments: [String] {
    (profile ? ["--profile"] : []) + (trace.map { ["--trace", $0] } ?? [])
  }

  func show(_ run: ResolvedRun) throws {
    let profile = try run.profile(tracing: trace != nil)
    if let trace { try profile.writeTrace(to: trace) }
    Terminal.print(ProfileText.text(profile))
  }
}
