internal import FoundationEssentials
internal import Glibc

/// The worker's side: `icl-host foreign-worker`, which a host starts and nobody else.
public enum ForeignWorker {
  /// The command that makes a program a worker; it comes before anything else that it does.
  public static let command = "foreign-worker"
  static let socket: Int32 = 3
  static let memory: Int32 = 4

  /// Serves a host until it is gone.
  public static func serve() -> Never {
    // The terminal's Ctrl-C is the host's affair, and so is standard output.
    signal(SIGINT, SIG_IGN)
    // The host says how the worker ended, in one sentence; Swift's own report would be pages.
    for fault in [SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGTRAP] { signal(fault, SIG_DFL) }
    dup2(2, 1)
    let channel = ForeignChannel(descriptor: socket)
    guard let shared = ForeignSharedMemory(descriptor: memory),
      let (kind, payload) = channel.receive(), kind == .start,
      let start = try? JSONDecoder().decode(ForeignStart.self, from: Data(payload))
    else {
      let text = "foreign-worker is started by icl-host itself, not by hand.\n"
      _ = text.withCString { write(2, $0, strlen($0)) }
      exit(64)
    }
    watch()
    do throws(PluginError) {
      let manifest = try ForeignManifest(json: start.manifest, path: start.path)
      let calls = try ForeignInProcess(
        manifest, manifest.components[start.component], path: start.path)
      guard channel.send(.ready) else { exit(0) }
      while let (kind, payload) = channel.receive() {
        guard kind == .run,
          let run = try? JSONDecoder().decode(ForeignRun.self, from: Data(payload)),
          shared.map(run.bytes)
        else { exit(70) }
        serve(run, calls, shared, channel)
      }
    } catch {
      complain(error, channel)
    }
    exit(0)
  }

  private static func serve(
    _ run: ForeignRun, _ calls: ForeignInProcess, _ shared: ForeignSharedMemory,
    _ channel: ForeignChannel
  ) {
    var bases: [UnsafeMutablePointer<Double>] = []
    var offset = 0
    for array in run.job.arrays {
      bases.append(shared.doubles(at: offset))
      offset += array.elements * run.items
    }
    let point = shared.doubles(at: offset)
    let objective: ForeignObjective = { place, gradient in
      point.update(from: place, count: run.count)
      guard channel.send(.evaluate), let (kind, _) = channel.receive(), kind == .evaluated else {
        exit(0)
      }
      guard !shared.stops else { return nil }
      gradient.update(from: point + run.count, count: run.count)
      return shared.loss
    }
    do throws(PluginError) {
      let stopped = try calls.run(
        run.job, items: run.items, bases: bases, objective: run.count > 0 ? objective : nil,
        marker: shared.marker)
      _ = channel.send(.done, [stopped ? 1 : 0])
    } catch {
      complain(error, channel)
    }
  }

  private static func complain(_ error: PluginError, _ channel: ForeignChannel) {
    let payload = (try? JSONEncoder().encode(ForeignComplaint(error))) ?? Data()
    _ = channel.send(.failed, Array(payload))
  }

  /// Ends the worker when its host is gone, also in the middle of a call that does not return.
  private static func watch() {
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { _ in
        var entry = pollfd(fd: ForeignWorker.socket, events: 0, revents: 0)
        while poll(&entry, 1, -1) <= 0 || Int32(entry.revents) & (POLLHUP | POLLERR) == 0 {}
        _exit(0)
      }, nil)
  }
}
