import Glibc
import ICLRecords

/// What is known of a paper's times: recorded with the paper, and seen on this machine.
public struct PaperTimes: Sendable {
  private let paper: Paper
  private let recorded: RunTimes?
  private var own: RunTimes?
  private let ownPath: String?
  private let speed: Double

  /// - Parameter data: the user's data folder; nil keeps nothing.
  public init(_ paper: Paper, data: String?, speed: Double = MachineSpeed.measure()) {
    self.paper = paper
    self.speed = speed
    recorded = RunTimes(reading: "\(paper.folder)/measured/times.json")
    ownPath = data.map { "\($0)/times/\(paper.name).json" }
    own = ownPath.flatMap(RunTimes.init(reading:))
  }

  /// Seconds for a run of a group here; nil where nobody has ever measured it.
  public func seconds(_ group: String, _ form: ReproductionForm) -> Double? {
    let key = RunTimes.key(group, form)
    if let entry = own?.entries[key] { return entry.perRun }
    guard let recorded, let entry = recorded.entries[key] else { return nil }
    return entry.perRun * recorded.speed / speed
  }

  /// Seconds for all runs of some groups; nil if any of them is unknown.
  public func seconds(_ groups: Set<String>, _ form: ReproductionForm) -> Double? {
    var sum = 0.0
    for group in paper.groups where groups.contains(group.name) {
      guard let seconds = seconds(group.name, form) else { return nil }
      sum += seconds * Double(group.runs(in: form).joined().count)
    }
    return sum
  }

  /// Keeps what has been seen. A folder that cannot be written to is not worth an error.
  mutating func keep(_ seen: RunTimes) {
    guard let ownPath, !seen.entries.isEmpty else { return }
    var seen = seen
    // It is the same machine, whatever its speed was measured to be this time.
    seen.speed = own?.speed ?? seen.speed
    let all = own?.joined(with: seen) ?? seen
    own = all
    FileTest.makeFolders(above: ownPath)
    try? TextFile.write(all.json.text + "\n", to: ownPath)
  }
}

extension PaperTimes {
  /// Writes all that is known as times.json.
  func record(in folder: String) throws {
    guard let own else { return }
    let all = recorded?.joined(with: own) ?? own
    try TextFile.write(all.json.text + "\n", to: "\(folder)/times.json")
  }
}

extension FileTest {
  static func makeFolders(above path: String) {
    for place in path.indices.dropFirst() where path[place] == "/" {
      mkdir(String(path[..<place]), 0o777)
    }
  }
}
