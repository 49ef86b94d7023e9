import ArgumentParser

/// Values are checked with the options of a run, so that nonsense gets one kind of answer.
struct MachineOptions: ParsableArguments {
  @Option(
    name: .long, parsing: .unconditional,
    help: "Every random number follows from it (run.seed; default: 0).")
  var seed: String?
  @Option(
    name: .long, parsing: .unconditional,
    help: "Threads; results do not depend on it (run.threads; default: all processors).")
  var threads: String?
  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp(
      "Of the arithmetic in training (run.precision; default: single).",
      valueName: "single|double"))
  var precision: String?

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp(
      "The build of the kernels (run.backend; default: auto, the best for this processor).",
      valueName: "auto|avx512|avx2|baseline"))
  var backend: String?

  var values: [(String, String?)] {
    [("seed", seed), ("threads", threads), ("precision", precision), ("backend", backend)]
  }
}
