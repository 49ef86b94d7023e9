import ICLRecords
import Synchronization

/// Where an analysis is recorded: what it is, and for each run a folder with lines as metrics.jsonl
/// has them. What is there already need not be done again.
struct AnalysisSite {
  let path: String

  /// Errors: the folder holds another analysis, or of other runs.
  init(_ path: String, _ analysis: Analysis, _ runs: [RunDirectory]) throws(Failure) {
    self.path = path
    let identity = try Self.identity(analysis, runs)
    let document: JSON = [
      "kind": .text(analysis.kind.rawValue), "options": .text(analysis.text),
      "identity": .text(identity), "runs": .array(runs.map { .text($0.name) }),
    ]
    let file = "\(path)/analysis.json"
    if Folder.exists(file) {
      let before = try failing { try JSON(parsing: TextFile.read(file)) }
      guard before["identity"]?.string == identity else {
        throw Failure(
          .cannotCreate, key: path,
          "it holds another analysis: \(before["kind"]?.string ?? "") with "
            + "\(before["options"]?.string ?? "other options").",
          hint: "Name another folder with --out.")
      }
    } else {
      try failing { try Folder.make(path) }
      try failing { try document.write(to: file) }
    }
    try failing { for run in runs { try Folder.make("\(path)/\(run.name)") } }
  }

  /// What makes this analysis this one: its options, and the runs' identities.
  static func identity(_ analysis: Analysis, _ runs: [RunDirectory]) throws(Failure) -> String {
    var lines = ["\(analysis.kind.rawValue) \(analysis.text)"]
    for run in runs {
      let experiment = try failing { try run.manifest()?.experiment ?? run.name }
      lines.append(experiment)
    }
    return Digest.sha256(of: lines.joined(separator: "\n"))
  }

  func linesPath(_ run: RunDirectory) -> String { "\(path)/\(run.name)/metrics.jsonl" }

  /// The lines that are there; a half one at the end counts for nothing.
  func lines(_ run: RunDirectory) -> [JSON] {
    guard let text = try? TextFile.read(linesPath(run)) else { return [] }
    let whole =
      text.hasSuffix("\n") ? text[...] : text[..<(text.lastIndex(of: "\n") ?? text.startIndex)]
    return whole.split(separator: "\n").compactMap { try? JSON(parsing: String($0)) }
  }

  /// Replaces the lines of a run.
  func write(_ lines: [JSON], of run: RunDirectory) throws(Failure) {
    let sorted = lines.enumerated().sorted {
      ($0.element["step"]?.integer ?? 0, $0.offset) < ($1.element["step"]?.integer ?? 0, $1.offset)
    }
    let text = sorted.map { $0.element.compact + "\n" }.joined()
    try failing { try TextFile.write(text, to: linesPath(run)) }
  }
}
