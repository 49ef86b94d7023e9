import Glibc
import ICLRecords

/// How long runs of a paper took, and how fast the machine was that they ran on.
public struct RunTimes: Hashable, Sendable {
  public struct Entry: Hashable, Sendable {
    /// Of all runs together.
    public var seconds: Double
    public var runs: Int

    var perRun: Double { seconds / Double(max(runs, 1)) }
  }

  /// `MachineSpeed.measure()` where the runs ran.
  public var speed: Double
  /// By "quick/group" or "full/group".
  public var entries: [String: Entry]

  public init(speed: Double, entries: [String: Entry] = [:]) {
    self.speed = speed
    self.entries = entries
  }

  static func key(_ group: String, _ form: ReproductionForm) -> String {
    "\(form.isQuick ? "quick" : "full")/\(group)"
  }

  mutating func add(_ group: String, _ form: ReproductionForm, seconds: Double) {
    let key = Self.key(group, form)
    let old = entries[key] ?? Entry(seconds: 0, runs: 0)
    entries[key] = Entry(seconds: old.seconds + seconds, runs: old.runs + 1)
  }

  /// Those of `newer` count where both have one, in seconds of its machine.
  func joined(with newer: RunTimes) -> RunTimes {
    var result = newer
    for (key, entry) in entries where result.entries[key] == nil {
      var entry = entry
      entry.seconds *= speed / newer.speed
      result.entries[key] = entry
    }
    return result
  }

  var json: JSON {
    var groups: JSON = [:]
    for (key, entry) in entries.sorted(by: { $0.key < $1.key }) {
      groups.add(key, ["seconds": .real(entry.seconds), "runs": .integer(entry.runs)])
    }
    return ["version": 1, "speed": .real(speed), "groups": groups]
  }

  /// nil where there is no such file, or it is none of these.
  init?(reading path: String) {
    guard let text = try? TextFile.read(path), let json = try? JSON(parsing: text),
      let speed = json["speed"]?.real, speed > 0, let members = json["groups"]?.members
    else { return nil }
    self.init(speed: speed)
    for member in members {
      guard let seconds = member.value["seconds"]?.real, let runs = member.value["runs"]?.integer
      else { continue }
      entries[member.key] = Entry(seconds: seconds, runs: runs)
    }
  }
}

/// How fast a machine is, roughly: to carry a time from one to another.
public enum MachineSpeed {
  /// Additions and multiplications per nanosecond of a plain loop on one thread, times processors.
  public static func measure() -> Double {
    let clock = ContinuousClock()
    var best = 0.0
    for _ in 0..<3 {
      var values: SIMD16<Float> = .init(repeating: 1)
      let factor: SIMD16<Float> = .init(repeating: 0.999)
      let count = 1 << 20
      let start = clock.now
      for _ in 0..<count { values = values * factor + factor }
      let seconds = (clock.now - start) / .seconds(1)
      guard values[0] > 0, seconds > 0 else { continue }
      best = max(best, Double(count) * 32 / seconds / 1e9)
    }
    return best * Double(max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
  }
}
