import Glibc
import ICLPlugins
import Synchronization

/// SIGINT and SIGTERM as a wish to stop: the first is noted, and whoever runs steps looks at
/// `areRaised`; the second ends the process at once, with status 128 + signal.
///
/// Signals belong to the process, so this does, too.
public enum StopSignals {
  private static let count = Atomic<Int>(0)

  private static let endsProcess = Atomic<Bool>(false)

  /// Whether somebody wants to stop.
  public static var areRaised: Bool { count.load(ordering: .relaxed) > 0 }

  /// Whether the process is to end, and not only what it does: SIGTERM.
  public static var areFinal: Bool { endsProcess.load(ordering: .relaxed) }

  /// For what the process does next; a wish that it ends stays.
  public static func lower() {
    guard !areFinal else { return }
    count.store(0, ordering: .relaxed)
    HostServices.shared.clearCancel()
  }

  /// Takes over the two signals; and a write beyond the limit on file sizes is an error of that
  /// write, not the end of the process.
  ///
  /// Plugins that ask are told to stop, too.
  public static func install() {
    // The handler must not be the first to touch what is made lazily.
    _ = (areRaised, areFinal)
    _ = HostServices.shared.cancelled
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { signal in
      if StopSignals.count.add(1, ordering: .relaxed).oldValue > 0 { _exit(128 + signal) }
      if signal == SIGTERM { StopSignals.endsProcess.store(true, ordering: .relaxed) }
      HostServices.shared.cancel()
    }
    sigemptyset(&action.sa_mask)
    action.sa_flags = SA_RESTART
    sigaction(SIGINT, &action, nil)
    sigaction(SIGTERM, &action, nil)
    // Whoever started the process may have blocked them; that is inherited.
    var both = sigset_t()
    sigemptyset(&both)
    sigaddset(&both, SIGINT)
    sigaddset(&both, SIGTERM)
    pthread_sigmask(SIG_UNBLOCK, &both, nil)
    signal(SIGXFSZ, SIG_IGN)
  }
}
