/// Why a plugin, component or option was refused: one sentence, and what to do about it.
public struct PluginError: Error, Hashable, Sendable, CustomStringConvertible {
  public let code: Code
  /// One sentence: what was expected, what was found.
  public let message: String
  /// What to do about it; empty if there is nothing to add.
  public let hint: String
  /// What it concerns: a file, `task.dimension`, a node's scope; empty if it is nothing named.
  public let path: String

  public init(_ code: Code, _ message: String, hint: String = "", path: String = "") {
    self.code = code
    self.message = message
    self.hint = hint
    self.path = path
  }

  public var description: String {
    (path.isEmpty ? "" : "\(path): ") + message + (hint.isEmpty ? "" : " " + hint)
  }

  /// 64 (usage) for options as the user typed them, else 69 (plugin refused).
  public var exitCode: Int32 {
    switch code {
    case .unknownOption, .badOption: 64
    default: 69
    }
  }

  /// Stable names: scripts may match on the raw values.
  public enum Code: String, Hashable, Sendable, CaseIterable {
    // The file.
    case fileNotFound = "file-not-found"
    case notAFile = "not-a-file"
    case unreadableFile = "unreadable-file"
    case notELF = "not-elf"
    case wrongMachine = "wrong-machine"
    case truncatedFile = "truncated-file"
    case notALibrary = "not-a-library"
    case noNote = "no-note"
    case badNote = "bad-note"
    case wrongMajor = "wrong-major"
    // Whether it may be loaded.
    case writableByOthers = "writable-by-others"
    case notPinned = "not-pinned"
    case changed
    case notSigned = "not-signed"
    case wrongSignature = "wrong-signature"
    case untrustedKey = "untrusted-key"
    case notVouchedFor = "not-vouched-for"
    case noTrustStore = "no-trust-store"
    // Opening it.
    case cannotOpen = "cannot-open"
    case missingSymbol = "missing-symbol"
    case floatingPointState = "floating-point-state"
    case entryFailed = "entry-failed"
    case wrongMinor = "wrong-minor"
    // Its process.
    case noWorker = "no-worker"
    case workerEnded = "worker-ended"
    // Its tables.
    case nullTable = "null-table"
    case truncatedStruct = "truncated-struct"
    case badText = "bad-text"
    case badTable = "bad-table"
    case duplicateComponent = "duplicate-component"
    case missingFunction = "missing-function"
    case badOptionTable = "bad-option-table"
    // Finding a component.
    case unknownComponent = "unknown-component"
    case ambiguousComponent = "ambiguous-component"
    case wrongKind = "wrong-kind"
    case badManifest = "bad-manifest"
    // Using a component.
    case unknownOption = "unknown-option"
    case badOption = "bad-option"
    case createFailed = "create-failed"
    case badSignature = "bad-signature"
    case badGraph = "bad-graph"
    case notReadable = "not-readable"
    case notOffered = "not-offered"
    case badArgument = "bad-argument"
    case callFailed = "call-failed"
    case cancelled
  }
}
