import ICLRecords

/// Which plugins may be loaded.
public enum TrustPolicy: String, Hashable, Sendable, CaseIterable {
  /// All that nobody else can write to.
  case open
  /// Those whose bytes stand in the lock.
  case pinned
  /// Those whose bytes a trusted key has signed.
  case signed

  /// One that was set in a store; nil where none was.
  ///
  /// Errors: a policy that there is not.
  init?(setIn store: TrustStore) throws(RecordError) {
    guard let text = try store.policy() else { return nil }
    guard let policy = TrustPolicy(rawValue: text) else {
      throw RecordError(
        .badData, path: store.policyPath,
        message: "'\(text)' is no policy; expected open, pinned or signed",
        hint: "Set it with: icl-host registry trust policy pinned")
    }
    self = policy
  }
}
