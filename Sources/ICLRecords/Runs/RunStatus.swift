import Glibc

/// Where a run is; the file `status` is this on one line.
public struct RunStatus: Hashable, Sendable {
  public enum State: String, Sendable, CaseIterable { case running, finished, stopped, failed }

  public var state: State
  /// Optimizer steps that are done, and those that were asked for.
  public var step: Int
  public var steps: Int
  public var process: Int
  public var host: String
  public var version: Int

  /// Of this process.
  public init(_ state: State, step: Int, steps: Int) {
    self.state = state
    self.step = step
    self.steps = steps
    process = Int(getpid())
    host = hostName()
    version = RunDirectory.version
  }

  init(reading path: String) throws(RecordError) {
    func refuse(_ message: String) -> RecordError {
      RecordError(.badData, path: path, message: message)
    }
    let document = try JSON(file: path)
    guard let version = document["version"]?.integer, version >= 1 else {
      throw refuse("it says no version")
    }
    guard version <= RunDirectory.version else {
      throw RecordError(
        .newerVersion, path: path,
        message: "it is of version \(version), which a newer icl-host wrote; this one reads "
          + "versions up to \(RunDirectory.version)", hint: "Use a newer icl-host.")
    }
    guard let state = document["state"]?.string.flatMap(State.init) else {
      throw refuse("its state is none of \(State.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    self.state = state
    self.version = version
    step = document["step"]?.integer ?? 0
    steps = document["steps"]?.integer ?? 0
    process = document["pid"]?.integer ?? 0
    host = document["host"]?.string ?? ""
  }

  public var json: JSON {
    [
      "state": .text(state.rawValue), "step": .integer(step), "steps": .integer(steps),
      "pid": .integer(process), "host": .text(host), "version": .integer(version),
    ]
  }
}

extension RunDirectory {
  /// As the last process that worked on the run left it. One that was killed left `running`, while
  /// nobody holds the directory: see `holder`.
  public func status() throws(RecordError) -> RunStatus {
    try RunStatus(reading: path(to: "status"))
  }

  /// Where the run is now: one that was killed while it ran is stopped.
  public func presentStatus() throws(RecordError) -> RunStatus {
    var status = try status()
    if status.state == .running && holder == nil { status.state = .stopped }
    return status
  }

  public func write(_ status: RunStatus, durably: Bool = true) throws(RecordError) {
    try PendingFile.write(
      Array((status.json.compact + "\n").utf8), to: path(to: "status"), durably: durably)
  }
}
