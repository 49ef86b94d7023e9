internal import ICLPlugins

extension Check {
  /// Whether it comes back at all. A process that does not end by itself is what the others report
  /// as well, with the last call.
  static let faultChecks: [Check] = [
    Check(
      "faults.create", "every component is made and destroyed, with its defaults",
      fix: "The detail says in which call the process ended, and what it printed.",
      needs: ["protocol.entry"]
    ) { trial in
      try trial.everyComponent { component in
        try Specimen(trial, component).destroy()
        return .passed("made and destroyed")
      }
    },
    Check(
      "faults.run", "every function comes back",
      fix: "The detail says in which call the process ended, and what it printed.",
      needs: ["faults.create"]
    ) { trial in
      try trial.everyComponent { component in
        let specimen = try Specimen(trial, component)
        _ = try specimen.exercise()
        guard component.kind == .model || component.kind == .metric else {
          specimen.destroy()
          return .passed("every function of \(component.kind) '\(component.id)' was called")
        }
        let companion = try trial.companions(of: specimen)[0]
        specimen.destroy()
        return .passed("\(component.kind) '\(component.id)' was tried with \(companion.name)")
      }
    },
    Check(
      "faults.other-tasks", "a model or metric takes every task, or refuses it with a sentence",
      fix: "Compare what the signature says (context length 0, several outputs, other inputs) with "
        + "what you need, before you compute with it.",
      needs: runs
    ) { trial in
      try trial.everyComponent { component in
        guard component.kind == .model || component.kind == .metric else {
          throw Inapplicable(reason: "it is given no tasks")
        }
        let settings = component.kind == .model ? Trial.variants(component.options) : []
        var (tried, refused) = (0, 0)
        for setting in [[:]] + settings where !trial.isSpent(0.6) {
          guard let specimen = try? Specimen(trial, component, setting) else { continue }
          defer { specimen.destroy() }
          for companion in trial.plainTasks where !trial.isSpent(0.6) {
            let kept = trial.buffers
            defer { trial.buffers = kept }
            do {
              tried += try specimen.builds(companion) ? 1 : 0
            } catch let refusal as Refusal {
              refused += 1
              if refusal.message.isEmpty {
                return .failed("it refuses \(companion.name) without a sentence")
              }
            } catch is PluginError {
              refused += 1
            }
          }
        }
        return .passed("\(tried) times taken, \(refused) times refused")
      }
    },
    Check(
      "faults.empty", "a call for no prompts comes back",
      fix: "count may be 0: touch nothing then.", needs: runs
    ) { trial in
      try trial.everyComponent { component in
        let specimen = try Specimen(trial, component)
        defer { specimen.destroy() }
        if specimen.predictsByItself {
          let (prompts, _) = try specimen.prompts(count: 1)
          _ = try specimen.predict(prompts.picking([]))
        } else if specimen.samplesByItself {
          _ = try specimen.draw(specimen.task(), first: 0, count: 0)
        } else {
          throw Inapplicable(reason: "it works on no prompts by itself")
        }
        return .passed("no prompts")
      }
    },
    Check(
      "faults.large-batch", "a call for a thousand prompts comes back",
      fix: "Take memory by count, and check that there is some.", needs: runs
    ) { trial in
      try trial.everyComponent { component in
        let specimen = try Specimen(trial, component)
        defer { specimen.destroy() }
        if specimen.predictsByItself {
          _ = try specimen.prompts(count: 1000)
        } else if specimen.samplesByItself {
          _ = try specimen.draw(specimen.task(), first: 1 << 40, count: 1000)
        } else {
          throw Inapplicable(reason: "it works on no prompts by itself")
        }
        return .passed("1000 prompts")
      }
    },
    Check(
      "faults.unusual-prompts", "prompts of zeros, of huge and of infinite numbers come back",
      fix: "A result may be NaN then; loops must end, and no index may be made of a NaN.",
      needs: runs
    ) { trial in
      try trial.everyComponent { component in
        let specimen = try Specimen(trial, component)
        defer { specimen.destroy() }
        guard specimen.predictsByItself else {
          throw Inapplicable(reason: "it works on no prompts by itself")
        }
        let (prompts, _) = try specimen.prompts(count: 2)
        for value in [0, 1e300, -.infinity, .nan] as [Double] {
          var odd = prompts
          for tensor in odd.signature.inputs {
            odd.tensors[tensor.name] = odd.tensors[tensor.name]!.map { _ in value }
          }
          do { _ = try specimen.predict(odd) } catch is Refusal {}
        }
        return .passed("zeros, 1e300, infinity and NaN")
      }
    },
  ]
}
