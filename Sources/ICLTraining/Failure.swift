import ICLPlugins
import ICLRecords

/// Why a command could not do what was asked: what it concerns, one sentence, and what to do.
public struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
  /// What the shell is told (the values of sysexits.h); 0 is for what was good.
  public enum Status: Int32, Hashable, Sendable, CaseIterable {
    case checkFailed = 1
    case usage = 64
    case badData = 65
    case missingInput = 66
    case pluginRefused = 69
    case internalError = 70
    case cannotCreate = 73
    case cannotWrite = 74
    case stopped = 75
    case configuration = 78
  }

  public var status: Status
  /// An option, file or node; empty if it is nothing named.
  public var key: String
  public var message: String
  public var hint: String
  /// Whether a plugin's own code ended the process that it runs in.
  public var endedWorker = false
  /// The run directory in which what was done stands; nil where nothing was recorded.
  public var recordedIn: String?

  public init(_ status: Status, key: String = "", _ message: String, hint: String = "") {
    self.status = status
    self.key = key
    self.message = message
    self.hint = hint
  }

  public var description: String {
    (key.isEmpty ? "" : "\(key): ") + message + (hint.isEmpty ? "" : " " + hint)
  }
}

extension Failure {
  /// Any error of the modules below, with the exit status that it means.
  public init(_ error: any Error) {
    switch error {
    case let error as Failure: self = error
    case let error as PluginError: self.init(plugin: error)
    case let error as RecordError: self.init(record: error)
    default:
      self.init(
        .internalError, "\(error)", hint: "This is a mistake in icl-host; please report it.")
    }
  }

  private init(plugin error: PluginError) {
    let status: Status =
      switch error.code {
      case .unknownOption, .badOption: .configuration
      case .cancelled: .stopped
      default: Status(rawValue: error.exitCode) ?? .pluginRefused
      }
    self.init(status, key: error.path, error.message, hint: error.hint)
    endedWorker = error.code == .workerEnded
  }

  private init(record error: RecordError) {
    let status: Status =
      switch error.code {
      case .missing: .missingInput
      case .badData, .newerVersion: .badData
      case .cannotCreate: .cannotCreate
      case .cannotWrite, .held: .cannotWrite
      }
    self.init(status, key: error.path, error.message, hint: error.hint)
  }
}

extension Failure {
  /// With the seed, where a plugin's code ended its process: a call's arguments follow from it.
  func telling(seed: UInt64) -> Failure {
    guard endedWorker else { return self }
    var failure = self
    failure.message += " The seed was \(seed)."
    return failure
  }

  /// With how a recorded run goes on from what was saved of it.
  func telling(saved step: Int?, of directory: String) -> Failure {
    guard endedWorker else { return self }
    var failure = self
    failure.recordedIn = directory
    guard let step else { return failure }
    failure.hint +=
      " Its checkpoint of step \(step) is whole; go on with: icl-host run \(directory) --resume"
    return failure
  }
}

/// Runs a body whose errors may come from any module, and throws them as failures.
func failing<Result>(_ body: () throws -> Result) throws(Failure) -> Result {
  do { return try body() } catch { throw Failure(error) }
}
