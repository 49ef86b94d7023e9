internal import CICLTrial
internal import Glibc
internal import ICLPlugins

extension Check {
  /// The same numbers, however and how often they are asked for.
  static let determinismChecks: [Check] = [
    Check(
      "determinism.same-twice", "two fresh instances give the same, bit for bit",
      fix: "Use the host's streams, never the clock or a generator of your own without a seed.",
      needs: runs
    ) { trial in
      var first: [Transcript] = []
      _ = try trial.exerciseAll { first.append($1) }
      var index = 0
      return try trial.exerciseAll { _, transcript in
        if let difference = first[index].difference(from: transcript) {
          throw Finding(sentence: difference)
        }
        index += 1
      }
    },
    Check(
      "determinism.fresh-memory", "results do not depend on what fresh memory holds",
      fix: "Initialise what malloc gives: calloc, or write before you read.", needs: steady
    ) { trial in
      var first: [Transcript] = []
      icl_trial_fill_heap(0x5a)
      _ = try trial.exerciseAll { first.append($1) }
      icl_trial_fill_heap(0xa5)
      var index = 0
      return try trial.exerciseAll { _, transcript in
        if let difference = first[index].difference(from: transcript) {
          throw Finding(sentence: "with other bytes in fresh memory, \(difference)")
        }
        index += 1
      }
    },
    Check(
      "determinism.history", "earlier calls do not change later ones",
      fix: "A call's result follows from its arguments and the options; reset what you keep.",
      needs: runs + ["determinism.same-twice"]
    ) { trial in
      try trial.everyComponent { component in
        let specimen = try Specimen(trial, component)
        defer { specimen.destroy() }
        let first = try specimen.exercise()
        _ = try specimen.exercise(Exercise(count: 3))
        _ = try specimen.exercise(Exercise(count: 9))
        return .nothing(
          in: first.difference(from: try specimen.exercise()).map { [$0] } ?? [],
          of: "again after calls of other sizes")
      }
    },
    Check(
      "determinism.threads", "1, 2, 4 and 7 threads give the same, bit for bit",
      fix: "Functions marked [any] run on several threads at once: share nothing that is written, "
        + "and sum in an order that does not depend on threads.",
      needs: steady + ["numerics.batch", "determinism.schedule"]
    ) { trial in
      try trial.everyComponent { component in
        var plain: Transcript?
        for threads in [1, 2, 4, 7] {
          let host = FakeHost(trial, .init(threads: threads))
          let specimen = try Specimen(trial, component, host: host)
          defer { specimen.destroy() }
          var transcript = try specimen.exercise(Exercise(count: 40, threads: threads))
          if let values = try specimen.atOnce(threads) { transcript.add("at once", values) }
          if let difference = plain?.difference(from: transcript) {
            return .failed("on \(threads) threads, \(difference)")
          }
          plain = plain ?? transcript
        }
        return .passed("bit for bit")
      }
    },
    Check(
      "determinism.schedule", "the order of parallel work does not change results",
      fix: "Write results of parallel loops to places of their own, and sum them afterwards.",
      needs: steady
    ) { trial in
      try trial.everyComponent { component in
        let plain = try Specimen(trial, component)
        let expected = try plain.exercise()
        plain.destroy()
        for shuffle in 1...4 as ClosedRange<UInt64> {
          let host = FakeHost(trial, .init(shuffle: trial.seed &+ shuffle))
          let specimen = try Specimen(trial, component, host: host)
          let transcript = try specimen.exercise()
          specimen.destroy()
          if let difference = expected.difference(from: transcript) {
            return .failed("in another order, \(difference)")
          }
        }
        return .passed("four other orders")
      }
    },
  ]
}

extension Specimen {
  /// The plugin's own function, called on several threads at the same time on parts of 28 prompts;
  /// nil where it has none.
  func atOnce(_ threads: Int) throws -> [Double]? {
    let count = 28
    final class Failures: @unchecked Sendable {
      var errors: [Int: any Error] = [:]
      var mutex = pthread_mutex_t()
      init() { pthread_mutex_init(&mutex, nil) }
      func add(_ thread: Int, _ error: any Error) {
        pthread_mutex_lock(&mutex)
        errors[thread] = error
        pthread_mutex_unlock(&mutex)
      }
    }
    let failures = Failures()
    struct Part: @unchecked Sendable { let run: (Specimen) throws -> Void }
    var parts: [Part] = []
    var collect: () -> [Double] = { [] }
    let size = count / threads
    let trials = (0..<threads).map { _ in
      Trial(
        path: trial.path, seed: trial.seed, catalog: trial.catalog, board: trial.board,
        output: trial.output, limit: trial.limit)
    }
    if predictsByItself {
      let (prompts, _) = try prompts(count: count)
      let buffers = (0..<threads).map { thread in
        predictionBuffers(prompts.picking(Array(thread * size..<(thread + 1) * size)))
      }
      let table = component.modelTable!.predict!
      for thread in 0..<threads {
        let (signature, inputs, output) = buffers[thread]
        let pointers = trial.pointers(
          inputs.map { UnsafePointer($0.address.assumingMemoryBound(to: Double.self)) })
        let name = label("predict, on several threads")
        let own = trials[thread]
        parts.append(
          Part { specimen in
            try own.status(name) { error in
              table(
                specimen.pointer, signature, UInt64(size), pointers,
                output.address.assumingMemoryBound(to: Double.self), error)
            }
          })
      }
      collect = { buffers.flatMap { $0.2.values(Double.self) } }
    } else if samplesByItself {
      let task = try task()
      let buffers = (0..<threads).map { _ in sampleBuffers(task, size) }
      let table = component.taskTable!.sample!
      for thread in 0..<threads {
        let tensors = trial.mutablePointers(
          buffers[thread].map { Optional($0.address.assumingMemoryBound(to: Double.self)) })
        let source = DrawSource(seed: trial.seed)
        let draw = trial.structure("the icl_draw", source.table)
        let name = label("sample, on several threads")
        let own = trials[thread]
        parts.append(
          Part { specimen in
            try own.status(name) { error in
              withExtendedLifetime(source) {
                table(specimen.pointer, draw, UInt64(thread * size), UInt64(size), tensors, error)
              }
            }
          })
      }
      collect = {
        task.signature.tensors.indices.flatMap { tensor in
          buffers.flatMap { $0[tensor].values(Double.self) }
        }
      }
    } else {
      return nil
    }
    let jobs = parts
    onThreads(threads) { thread, _ in
      do { try jobs[thread].run(self) } catch { failures.add(thread, error) }
    }
    if let error = failures.errors.values.first { throw error }
    return collect()
  }
}
