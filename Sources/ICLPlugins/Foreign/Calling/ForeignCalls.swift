internal import CICLWorker
internal import Synchronization

/// The calls of a component, made in this process: as safe as the manifest is right.
final class ForeignCalls: @unchecked Sendable {
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
    marker.memory.initialize(repeating: 0, count: 2)
  }

  deinit { marker.memory.deallocate() }

  /// Runs the steps for every item; outputs are left in `arrays`, which are those of the job, each of
  /// `items` times its elements. Returns whether a callback stopped it. Any thread.
  func run(
    _ job: ForeignJob, items: Int, arrays: [UnsafeMutableBufferPointer<Double>],
    objective: ForeignObjective?
  ) throws(PluginError) -> Bool {
    // An empty array has no address, and is not read.
    let bases = arrays.map { $0.baseAddress ?? UnsafeMutablePointer(bitPattern: 64)! }
    let marker = ForeignMarker.ofWorker ?? marker
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

extension ForeignMarker {
  /// That of the call which this thread of a worker serves.
  fileprivate static var ofWorker: ForeignMarker? {
    icl_worker_mark().map {
      ForeignMarker(memory: UnsafeMutableRawPointer($0).assumingMemoryBound(to: Int.self))
    }
  }
}
