/// A check with its verdict, as it is shown and written.
public struct Outcome: Hashable, Sendable {
  public enum Status: String, Hashable, Sendable, CaseIterable {
    case passed, failed
    case notApplicable = "not-applicable"
  }

  public let id: String
  public let status: Status
  /// What was seen, in a sentence.
  public let detail: String
  /// The command that does this check alone, with the same seed.
  public let reproduce: String
  public let seconds: Double
}
