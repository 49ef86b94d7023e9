internal import FoundationEssentials
internal import Glibc
internal import Synchronization

/// Calls in a process of their own: one that crashes ends with a sentence.
final class ForeignWorkerClient: ForeignBackend, @unchecked Sendable {
  private let manifest: ForeignManifest
  private let path: String
  private let shared: ForeignSharedMemory
  private let channel: ForeignChannel
  private let process: pid_t
  private var ended: PluginError?
  private let lock = Mutex<Void>(())

  /// Starts the worker, which opens the libraries and looks up every symbol.
  init(
    _ manifest: ForeignManifest, component: Int, text: String, path: String, program: String
  ) throws(PluginError) {
    self.manifest = manifest
    self.path = path
    guard let shared = ForeignSharedMemory() else {
      throw PluginError(.callFailed, "no shared memory for a worker process.", path: path)
    }
    self.shared = shared
    (process, channel) = try Self.spawn(program, shared.descriptor, path: path)
    let start = ForeignStart(manifest: text, path: path, component: component)
    try transact(.start, (try? JSONEncoder().encode(start)).map { Array($0) } ?? [], nil, 0, 0)
  }

  deinit {
    close(channel.descriptor)
    if ended == nil { waitpid(process, nil, 0) }
  }

  func run(
    _ job: ForeignJob, items: Int, arrays: [UnsafeMutableBufferPointer<Double>],
    objective: ForeignObjective?
  ) throws(PluginError) -> Bool {
    let result = lock.withLock { _ -> Result<Bool, PluginError> in
      do throws(PluginError) {
        return .success(try exchange(job, items, arrays, objective))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  private func exchange(
    _ job: ForeignJob, _ items: Int, _ arrays: [UnsafeMutableBufferPointer<Double>],
    _ objective: ForeignObjective?
  ) throws(PluginError) -> Bool {
    if let ended { throw ended }
    let count = objective == nil ? 0 : Int(job.values["count"] ?? 0)
    let numbers = job.doubles(items: items)
    let bytes = ForeignSharedMemory.header + 8 * (numbers + 2 * count)
    guard shared.grow(to: bytes) else {
      throw PluginError(
        .callFailed, "no shared memory of \(bytes) bytes for the worker process.", path: path)
    }
    shared.stops = false
    var offset = 0
    for array in arrays {
      if let source = array.baseAddress {
        shared.doubles(at: offset).update(from: source, count: array.count)
      }
      offset += array.count
    }
    let run = ForeignRun(job: job, items: items, bytes: shared.bytes, count: count)
    let stopped = try transact(
      .run, (try? JSONEncoder().encode(run)).map { Array($0) } ?? [], objective, numbers, count)
    offset = 0
    for (array, description) in zip(arrays, job.arrays) {
      if description.isOutput, let target = array.baseAddress {
        target.update(from: shared.doubles(at: offset), count: array.count)
      }
      offset += array.count
    }
    return stopped
  }

  /// Sends a message and answers the worker's questions until it is done.
  @discardableResult
  private func transact(
    _ kind: ForeignChannel.Kind, _ payload: [UInt8], _ objective: ForeignObjective?,
    _ offset: Int, _ count: Int
  ) throws(PluginError) -> Bool {
    guard channel.send(kind, payload) else { throw end() }
    while true {
      while !channel.waits(milliseconds: 100) {
        guard !HostServices.shared.cancelled else {
          kill(process, SIGKILL)
          _ = end()
          throw PluginError(.cancelled, "stopped while a library was at work.", path: path)
        }
      }
      guard let (kind, payload) = channel.receive() else { throw end() }
      switch kind {
      case .ready: return false
      case .done: return payload.first == 1
      case .evaluate:
        let point = shared.doubles(at: offset)
        if let objective, let loss = objective(point, point + count) {
          shared.loss = loss
        } else {
          shared.stops = true
        }
        guard channel.send(.evaluated) else { throw end() }
      default:
        let complaint = try? JSONDecoder().decode(ForeignComplaint.self, from: Data(payload))
        throw complaint?.error
          ?? PluginError(.callFailed, "the worker process gave no reason.", path: path)
      }
    }
  }

  /// How the worker ended, and what it was at.
  private func end() -> PluginError {
    if let ended { return ended }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 && errno == EINTR {}
    let error = ForeignCrash(manifest, marker: shared.marker, status: status).error(path: path)
    ended = error
    return error
  }

  private static func spawn(
    _ program: String, _ memory: Int32, path: String
  ) throws(PluginError) -> (pid_t, ForeignChannel) {
    var pair: [Int32] = [0, 0]
    let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, type, 0, &pair) == 0 else {
      throw PluginError(.callFailed, "no socket for a worker process.", path: path)
    }
    // Far from the numbers that it gets in the worker.
    let theirs = fcntl(pair[1], F_DUPFD_CLOEXEC, 200)
    close(pair[1])
    defer { close(theirs) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, theirs, ForeignWorker.socket)
    posix_spawn_file_actions_adddup2(&actions, memory, ForeignWorker.memory)
    var arguments: [UnsafeMutablePointer<CChar>?] =
      [strdup(program), strdup(ForeignWorker.command), nil]
    defer { for argument in arguments { free(argument) } }
    var process = pid_t()
    let failure = posix_spawn(&process, program, &actions, nil, &arguments, environ)
    guard failure == 0 else {
      close(pair[0])
      throw PluginError(
        .callFailed,
        "no worker process can be started from '\(program)': \(String(cString: strerror(failure))).",
        path: path)
    }
    return (process, ForeignChannel(descriptor: pair[0]))
  }
}
