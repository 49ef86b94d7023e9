import Foundation
import ICLPapers
import ICLTraining

private let yamlWords = [
  "\n", "  ", ": ", "- ", "{", "}", "[", "]", "&a ", "*a", "<<: ", "!!int ", "|\n", ">\n",
  "---\n", "...\n", "#", "'", "\"", "~", "null", "yes", "1e999", "-1", "0x10", "0..9",
  "9223372036854775808", "\t", "? ", "%TAG ! x\n", "defaults: input\n", "steps: ", "every: ",
  "logarithmic: ", "vary: ", "task: ", "seeds: ", "measure: ",
]

/// Damaged experiments.
struct ExperimentTarget: FuzzTarget {
  static let name = "experiment"
  private let place: FuzzPlace
  private let examples: [[UInt8]]

  init(_ place: FuzzPlace) throws {
    self.place = place
    examples =
      place.examples(in: "Registry/experiments", ending: ".yaml")
      + place.examples(in: "Registry/papers", ending: ".yaml").filter { $0.count < 4000 }
    guard !examples.isEmpty else { throw Contradiction("the registry has no experiment") }
  }

  mutating func run(_ random: inout Generator) throws {
    let bytes = Mutation.applied(
      to: random.pick(examples), words: yamlWords, mixing: examples, &random)
    try place.write(bytes)
    do {
      _ = try Experiment(file: place.input)
    } catch {
      guard !error.message.isEmpty else { throw Contradiction("a refusal without a message") }
    }
  }
}

/// Damaged papers: their YAML and the formulas in it.
struct PaperTarget: FuzzTarget {
  static let name = "paper"
  private let folder: URL
  private let examples: [[UInt8]]

  init(_ place: FuzzPlace) throws {
    folder = place.folder.appendingPathComponent("paper")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    examples = place.examples(in: "Registry/papers", ending: "paper.yaml")
    guard !examples.isEmpty else { throw Contradiction("the registry has no paper") }
  }

  mutating func run(_ random: inout Generator) throws {
    // A paper is long: some of its lines make a short one.
    let lines = random.pick(examples).split(separator: 10, omittingEmptySubsequences: false)
    let start = random.below(lines.count)
    let head = lines.prefix(8 + random.below(8))
    let part =
      random.chance(1, in: 8) ? lines[...] : head + lines[start...].prefix(random.below(60))
    let bytes = Mutation.applied(
      to: Array(part.joined(separator: [10])),
      words: yamlWords + ["[0..3]", "crossing(", "mean(", ")", " / ", "^", "(((("], &random)
    try Data(bytes).write(to: folder.appendingPathComponent("paper.yaml"))
    _ = try? Paper(reading: folder.path)
  }
}
