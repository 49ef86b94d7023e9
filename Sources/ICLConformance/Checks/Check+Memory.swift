internal import CICLTrial
internal import Glibc
internal import ICLPlugins

extension Check {
  /// What it does with memory that is not its own, and with its own.
  static let memoryChecks: [Check] = [
    Check(
      "memory.guard-after", "nothing is touched after the end of a buffer",
      fix:
        "The detail names the buffer and how far past its end; count × elements is all there is.",
      needs: runs + ["protocol.struct-ends"]
    ) { trial in
      (trial.layout.placement, trial.layout.structs) = (.guardAfter, .guardAfter)
      return try trial.exerciseAll()
    },
    Check(
      "memory.guard-before", "nothing is touched before the start of a buffer",
      fix: "Look for an index of -1.", needs: runs
    ) { trial in
      (trial.layout.placement, trial.layout.structs) = (.guardBefore, .guardBefore)
      return try trial.exerciseAll()
    },
    Check(
      "memory.inputs-unchanged", "inputs are as they were after a call",
      fix: "Inputs are const: copy what you work on.", needs: runs
    ) { trial in
      _ = try trial.exerciseAll()
      return .nothing(in: trial.changedInputs, of: "every input of every call")
    },
    Check(
      "memory.nothing-kept", "no pointer of a call is used after it",
      fix: "What the host hands in lives until the call returns: copy what you need later.",
      needs: steady
    ) { trial in
      try trial.everyComponent { component in
        let host = FakeHost(trial)
        // The host lives as long as the instance.
        let kept = trial.buffers
        defer { withExtendedLifetime(kept) {} }
        trial.buffers = []
        let specimen = try Specimen(trial, component, host: host)
        trial.revokeBuffers()
        let first = try specimen.exercise()
        trial.revokeBuffers()
        let second = try specimen.exercise()
        trial.revokeBuffers()
        specimen.destroy()
        return .nothing(
          in: first.difference(from: second).map { [$0] } ?? [],
          of: "buffers were taken away after create and after each use")
      }
    },
    Check(
      "memory.instance-leaks", "1000 instances leave no memory behind",
      fix: "destroy frees all that create took; so does a create that fails.", needs: runs
    ) { trial in
      try leaks(trial, rounds: 1000, allowance: 16_000) { _ in }
    },
    Check(
      "memory.work-leaks", "instances that worked leave no memory behind",
      fix: "Free what a call takes before it returns, or keep it in the instance.",
      needs: runs + ["memory.instance-leaks"]
    ) { trial in
      try trial.everyComponent { component in
        // Graphs and programs are the host's, and come and go with it.
        guard let work = try rawWork(trial, component) else {
          throw Inapplicable(reason: "it only declares; it works on no buffers")
        }
        let host = FakeHost(trial)
        let kept = trial.buffers
        var rounds = 0
        let grown = try growth(rounds: 200) {
          if trial.isSpent(0.3) { return }
          rounds += 1
          let specimen = try Specimen(trial, component, host: host)
          try work(specimen)
          specimen.destroy()
          host.releaseAll()
          trial.buffers = kept
        }
        return grown < 16_000
          ? .passed("\(rounds) times, \(grown) bytes")
          : .failed("after \(rounds) times, \(grown) bytes more are in use")
      }
    },
    Check(
      "memory.size", "an instance with default options takes less than 1 GiB",
      fix: "Allocate what the sizes need, when they are known.", needs: runs
    ) { trial in
      try trial.everyComponent { component in
        let before = addressSpace()
        let specimen = try Specimen(trial, component)
        let grown = addressSpace() - before
        specimen.destroy()
        return grown < 1 << 30
          ? .passed("less than 1 GiB")
          : .failed("create takes \(grown >> 20) MiB of address space")
      }
    },
  ]

  private static func leaks(
    _ trial: Trial, rounds: Int, allowance: Int, _ body: (Specimen) throws -> Void
  ) throws -> Verdict {
    try trial.everyComponent { component in
      var slow = false
      let host = FakeHost(trial)
      let kept = trial.buffers
      let grown = try growth(rounds: rounds) {
        if slow || trial.isSpent(0.7) {
          slow = true
          return
        }
        let specimen = try Specimen(trial, component, host: host)
        try body(specimen)
        specimen.destroy()
        host.releaseAll()
        trial.buffers = kept
      }
      return grown < allowance
        ? .passed("\(rounds) times")
        : .failed("after \(rounds) instances, \(grown) bytes more are in use")
    }
  }

  /// Bytes of the heap that rounds of a body add, after some to warm up.
  private static func growth(rounds: Int, _ body: () throws -> Void) throws -> Int {
    for _ in 0..<max(rounds / 10, 20) { try body() }
    let before = icl_trial_heap_bytes()
    for _ in 0..<rounds { try body() }
    return Int(icl_trial_heap_bytes()) - Int(before)
  }

  /// A call of the plugin on raw buffers; nil where it has none.
  private static func rawWork(
    _ trial: Trial, _ component: Component
  ) throws -> ((Specimen) throws -> Void)? {
    switch component.kind {
    case .model where component.modelTable?.predict != nil:
      let specimen = try Specimen(trial, component)
      let (prompts, _) = try specimen.prompts(count: 3)
      specimen.destroy()
      return { _ = try $0.predict(prompts) }
    case .task where component.taskTable?.sample != nil:
      return { _ = try $0.draw($0.task(), first: 0, count: 3) }
    case .optimizer where component.optimizerTable?.step != nil:
      return { _ = try $0.steps(2, count: 5, as: Double.self) }
    case .optimizer: return { _ = try $0.minimize() }
    case .metric:
      // To look for prompts that it takes is the host's work.
      let specimen = try Specimen(trial, component)
      defer { specimen.destroy() }
      let companion = try trial.companions(of: specimen)[0]
      let scene = try trial.scene(companion, count: Specimen.evaluated)
      return { _ = try $0.evaluate(scene) }
    default: return nil
    }
  }

  /// Of the process, in bytes.
  private static func addressSpace() -> Int {
    guard let file = fopen("/proc/self/statm", "r") else { return 0 }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 64)
    guard fgets(&line, 64, file) != nil else { return 0 }
    return (Int(strtoll(line, nil, 10))) * 4096
  }
}
