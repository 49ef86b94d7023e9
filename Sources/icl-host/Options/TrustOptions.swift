import ArgumentParser
import Glibc
import ICLRecords
import ICLTraining

extension TrustPolicy: ExpressibleByArgument {}

/// Which plugins may be loaded.
struct TrustOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      """
      Which plugins may be loaded: all, those in the lock, or those that a trusted key has \
      signed (default: what icl-host registry trust policy set, else open).
      """, valueName: "open|pinned|signed"))
  var policy: TrustPolicy?
  @Option(
    name: .long,
    help: ArgumentHelp(
      "The lock of plugins (default: the user's, which icl-host registry lock writes).",
      valueName: "file"))
  var lock: String?

  var gate: TrustGate { gate(copiesAll: false) }

  /// - Parameter copiesAll: a plugin's file may change while its earlier contents run.
  func gate(copiesAll: Bool) -> TrustGate {
    TrustGate(
      store: TrustStore(environment: Self.environment), policy: policy, lock: lock,
      refusals: RefusalRecords(environment: Self.environment), copiesAll: copiesAll)
  }

  /// The user's own store.
  static var store: TrustStore {
    get throws {
      guard let store = TrustStore(environment: environment) else { throw noFolder }
      return store
    }
  }

  /// The user's own keys.
  static var keys: KeyFolder {
    get throws {
      guard let keys = KeyFolder(environment: environment) else { throw noFolder }
      return keys
    }
  }

  private static var noFolder: Failure {
    Failure(
      .configuration, key: "HOME",
      "it is no absolute path, so there is no place for what you trust.",
      hint: "Set HOME or XDG_CONFIG_HOME.")
  }

  private static var environment: [String: String] {
    var environment: [String: String] = [:]
    for name in ["XDG_CONFIG_HOME", "XDG_CACHE_HOME", "HOME"] {
      if let value = getenv(name) { environment[name] = String(cString: value) }
    }
    return environment
  }
}
