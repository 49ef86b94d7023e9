internal import Synchronization

/// Where the calls of a component happen.
protocol ForeignBackend: AnyObject, Sendable {
  /// Runs the steps for every item; outputs are left in `arrays`, which are those of the job, each of
  /// `items` times its elements. Returns whether a callback stopped it. Any thread.
  func run(
    _ job: ForeignJob, items: Int, arrays: [UnsafeMutableBufferPointer<Double>],
    objective: ForeignObjective?
  ) throws(PluginError) -> Bool
}

/// Calls in this process: faster, and as safe as the manifest is right.
final class ForeignInProcess: ForeignBackend, @unchecked Sendable {
  private let component: ForeignManifest.Component
  private let symbols: ForeignSymbols
  private let marker = ForeignMarker(memory: .allocate(capacity: 2))
  private var program: ForeignProgram?
  // A library that never heard of us may not be thread-safe.
  private let lock = Mutex<Void>(())

  init(
    _ manifest: ForeignManifest, _ component: ForeignManifest.Component, path: String
  ) throws(PluginError) {
    self.component = component
    symbols = try ForeignSymbols(manifest, path: path)
  }

  deinit { marker.memory.deallocate() }

  func run(
    _ job: ForeignJob, items: Int, arrays: [UnsafeMutableBufferPointer<Double>],
    objective: ForeignObjective?
  ) throws(PluginError) -> Bool {
    // An empty array has no address, and is not read.
    let bases = arrays.map { $0.baseAddress ?? UnsafeMutablePointer(bitPattern: 64)! }
    return try run(job, items: items, bases: bases, objective: objective, marker: marker)
  }

  func run(
    _ job: ForeignJob, items: Int, bases: [UnsafeMutablePointer<Double>],
    objective: ForeignObjective?, marker: ForeignMarker
  ) throws(PluginError) -> Bool {
    let result = lock.withLock { _ -> Result<Bool, PluginError> in
      do throws(PluginError) {
        if program?.job != job {
          program = nil
          program = try ForeignProgram(component, symbols, job, bases: bases, marker: marker)
        }
        try program!.run(items: items, bases: bases, marker: marker, objective: objective)
        return .success(program!.isStopped)
      } catch {
        program = nil
        return .failure(error)
      }
    }
    return try result.get()
  }
}
