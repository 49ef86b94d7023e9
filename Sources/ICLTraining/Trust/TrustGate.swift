import ICLPlugins
import ICLRecords

/// Lets a library be loaded if the policy, the lock and the trust store do.
///
/// What is vouched for is loaded from the bytes that were checked, under every policy. A store that
/// cannot be read, or that others may write to, vouches for nothing, and refuses all where the
/// policy asks it.
public struct TrustGate: PluginGate {
  /// nil where the user has no folder for it.
  public let store: TrustStore?
  /// What was asked for; nil for what the store says, and that is open if it says nothing.
  let given: TrustPolicy?
  /// nil for the store's.
  let lockPath: String?
  let refusals: RefusalRecords?
  /// Loads copies also of what nobody vouches for, so that a file may change while its earlier
  /// contents run.
  let copiesAll: Bool

  public init(
    store: TrustStore?, policy: TrustPolicy? = nil, lock: String? = nil,
    refusals: RefusalRecords? = nil, copiesAll: Bool = false
  ) {
    self.store = store
    given = policy
    lockPath = lock
    self.refusals = refusals
    self.copiesAll = copiesAll
  }

  /// Not under the open policy where nothing is pinned and no key is trusted: then nobody vouches for
  /// anything.
  public var readsBytes: Bool {
    guard !copiesAll, lockPath == nil, (try? policy().policy) == .open else { return true }
    guard let store else { return false }
    let isEmpty = (try? store.lock())?.pins.isEmpty ?? true
    return !isEmpty || !((try? store.keys())?.isEmpty ?? true)
  }

  public func admit(_ copy: SealedCopy) throws(PluginError) -> Admission {
    let verdict = try examine(file: fileName(copy.path), path: copy.path, bytes: copy.bytes)
    if let refusal = verdict.refusal { throw refusal }
    return verdict.admission
  }

  public func refused(_ copy: SealedCopy, _ error: PluginError) {
    // Other programs' libraries are none of our business.
    guard let refusals, error.code != .noNote else { return }
    refusals.add(error, digest: Digest.sha256(of: copy.bytes), file: copy.path)
  }

  /// The policy that holds, and where it comes from.
  public func policy() throws(PluginError) -> (policy: TrustPolicy, origin: String) {
    if let given { return (given, "--policy") }
    guard let store else { return (.open, "default") }
    guard let set = try reading({ () throws(RecordError) in try TrustPolicy(setIn: store) }) else {
      return (.open, "default")
    }
    return (set, store.policyPath)
  }

  func lock() throws(PluginError) -> PluginLock {
    try reading { () throws(RecordError) in
      if let lockPath {
        try TrustStore.checkWriters(of: lockPath)
        return try PluginLock(file: lockPath)
      }
      return try store?.lock() ?? PluginLock()
    }
  }

  func reading<Result>(_ body: () throws(RecordError) -> Result) throws(PluginError) -> Result {
    do throws(RecordError) {
      return try body()
    } catch {
      throw PluginError(
        .noTrustStore, "what is trusted cannot be read: \(error.message).", hint: error.hint,
        path: error.path)
    }
  }
}
