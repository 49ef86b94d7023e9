internal import CICL
internal import CICLWorker
internal import Glibc

/// The process that runs a plugin's code, and what ended it.
final class WorkerProcess: @unchecked Sendable {
  private let worker: OpaquePointer
  private let path: String

  /// Starts the process; the plugin is not opened yet.
  convenience init(path: String, _ isolation: Isolation) throws(PluginError) {
    try self.init(path: path, opening: path, descriptor: -1, isolation)
  }

  /// For the bytes that were checked, whatever the file holds by now.
  convenience init(copy: SealedCopy, _ isolation: Isolation) throws(PluginError) {
    let descriptor = try copy.sealedDescriptor()
    // The worker has its own.
    defer { close(descriptor) }
    try self.init(
      path: copy.path, opening: "/proc/self/fd/4", descriptor: descriptor, isolation)
  }

  private convenience init(
    path: String, opening opened: String, descriptor: Int32, _ isolation: Isolation
  ) throws(PluginError) {
    try self.init(
      path: path, opening: opened, descriptor: descriptor, [try isolation.program()],
      callLimit: isolation.callLimit, services: isolation.services)
  }

  /// - Parameters:
  ///   - opened: what the worker opens, which finds the descriptor as number 4.
  ///   - command: the program and its arguments.
  ///   - stopLimit: of a call, once the run is to stop.
  ///   - services: what the worker is offered.
  init(
    path: String, opening opened: String, descriptor: Int32, _ command: [String],
    callLimit: Duration, stopLimit: Duration = .zero, services: HostServices = .shared
  ) throws(PluginError) {
    let texts = TextMemory()
    let arguments = command.map(texts.keep) + [nil]
    let (worker, report) = ErrorReport.reading { error in
      arguments.withUnsafeBufferPointer { arguments in
        var start = icl_worker_start(
          arguments: arguments.baseAddress, path: texts.keep(opened), descriptor: descriptor,
          threads: 0,
          limit: Self.milliseconds(callLimit), stop_limit: Self.milliseconds(stopLimit),
          host: HostTable.host(of: services),
          name: texts.keep(fileName(path)))
        return icl_worker_launch(&start, error)
      }
    }
    guard let worker else {
      throw PluginError(
        .noWorker, "no worker process for it: \(report.sentence(report.code))",
        hint: "Run the plugin in this process with: --isolate never", path: path)
    }
    self.worker = worker
    self.path = path
  }

  private static func milliseconds(_ duration: Duration) -> UInt32 {
    UInt32(min(max(duration / .milliseconds(1), 0), 4e9))
  }

  var process: Int32 { icl_worker_process(worker) }

  /// The plugin's table, or nil with what stands in the error.
  func open(
    minors: ClosedRange<UInt32>, changedFloatingPoint: inout Bool,
    _ error: UnsafeMutablePointer<icl_error>
  ) -> UnsafePointer<icl_plugin>? {
    var changed: UInt32 = 0
    defer { changedFloatingPoint = changed != 0 }
    return icl_worker_open(worker, minors.lowerBound, minors.upperBound, &changed, error)
  }

  /// Ends the process. Nothing of its plugin may be used any more.
  func stop() { icl_worker_stop(worker) }

  /// Ends the process and passes on what it had printed; nothing else is done with it after that.
  func finish() { icl_worker_finish(worker) }

  func create(
    component: Int, _ host: UnsafePointer<icl_host>,
    _ options: UnsafePointer<UnsafePointer<icl_value>?>?, count: Int,
    _ instance: inout UnsafeMutableRawPointer?, _ error: UnsafeMutablePointer<icl_error>
  ) -> Int32 {
    icl_worker_create(
      worker, UInt32(component), host, options, UInt32(count), &instance, error)
  }

  /// Why the process is gone, as an error; nil while it lives.
  ///
  /// - Parameter foreign: the functions whose numbers are marks in the shared memory.
  func end(of components: [Component], calling foreign: ForeignFunctions? = nil) -> PluginError? {
    guard icl_worker_fate_of(worker, nil) != 0 else { return nil }
    var fate = icl_worker_fate()
    _ = icl_worker_fate_of(worker, &fate)
    let told = WorkerFate(fate, components, foreign)
    return PluginError(
      told.isStop ? .cancelled : .workerEnded, told.sentence,
      hint: told.isStop ? "" : foreign?.hint ?? "The plugin's code did this.", path: path)
  }

  var isAlive: Bool { icl_worker_fate_of(worker, nil) == 0 }
}

extension Component {
  /// Throws what ended the worker that the component is in.
  func checkWorker() throws(PluginError) {
    if let error = library.worker?.end(of: library.components, calling: library.foreign) {
      throw error
    }
  }
}
