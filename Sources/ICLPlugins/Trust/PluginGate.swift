/// Decides from the very bytes that would be loaded whether they may be.
///
/// It is asked after the note was read, and before any of the library's code runs.
public protocol PluginGate: Sendable {
  /// Whether it would look at the bytes: to read and to keep them costs time and memory.
  var readsBytes: Bool { get }
  func admit(_ copy: SealedCopy) throws(PluginError) -> Admission
  /// Is told what was refused, by itself or for another reason.
  func refused(_ copy: SealedCopy, _ error: PluginError)
}

/// What a gate found out about a library that may be loaded.
public struct Admission: Hashable, Sendable {
  /// SHA-256 of the bytes, as 64 lower-case hexadecimal digits.
  public var digest: String
  public var standing: Standing
  /// Load the bytes that were checked, and not the file. Libraries that stand beside the file are
  /// then not found by $ORIGIN.
  public var loadsCopy: Bool
  /// What it was pinned or signed as.
  public var name: String?
  public var version: String?

  public init(
    digest: String, standing: Standing, loadsCopy: Bool, name: String? = nil,
    version: String? = nil
  ) {
    self.digest = digest
    self.standing = standing
    self.loadsCopy = loadsCopy
    self.name = name
    self.version = version
  }

  /// Who vouches for a library.
  public enum Standing: Hashable, Sendable {
    case nobody
    case pinned
    case signed(by: String)
  }
}

extension PluginLibrary {
  /// Whether the lock or a trusted key vouches for the bytes that were loaded.
  public var isVouchedFor: Bool { standing != .nobody }

  /// Refuses a library that is not what it was pinned or signed as.
  func check(_ admission: Admission) throws(PluginError) {
    guard let name = admission.name, let version = admission.version else { return }
    guard name == self.name, version == self.version else {
      throw PluginError(
        .notVouchedFor,
        "it was pinned or signed as \(name) \(version), and says that it is \(self.name) "
          + "\(self.version).",
        hint: "Pin or sign it again: icl-host registry lock, icl-host registry sign", path: path)
    }
  }
}
