import ICLPlugins
import ICLRecords

/// The loss as it is and with patches, on the same prompts.
public struct PatchEffect: Sendable {
  public let patches: [Patch]
  public let prompts: Int
  public let contextLengths: [Int]
  let beforeStatistics: LossStatistics
  let afterStatistics: LossStatistics
  /// Of each prompt's loss after less the one before, which varies less than either.
  let changeStatistics: LossStatistics

  public var before: Estimate { beforeStatistics.mean }
  public var after: Estimate { afterStatistics.mean }
  public var change: Estimate { changeStatistics.mean }
  public var beforeByContextLength: [Estimate] { beforeStatistics.byPosition }
  public var afterByContextLength: [Estimate] { afterStatistics.byPosition }
  public var changeByContextLength: [Estimate] { changeStatistics.byPosition }

  public var document: JSON {
    func lists(_ estimates: [Estimate]) -> JSON { .reals(estimates.map(\.mean)) }
    func errors(_ estimates: [Estimate]) -> JSON { .reals(estimates.map(\.standardError)) }
    return [
      "patches": .array(
        patches.map { ["node": .text($0.name), "with": .text($0.content.rawValue)] }),
      "prompts": .integer(prompts),
      "loss": .real(before.mean), "standard_error": .real(before.standardError),
      "patched_loss": .real(after.mean), "patched_standard_error": .real(after.standardError),
      "change": .real(change.mean), "standard_error_of_change": .real(change.standardError),
      "context_lengths": .array(contextLengths.map { .integer($0) }),
      "loss_by_context_length": lists(beforeByContextLength),
      "patched_loss_by_context_length": lists(afterByContextLength),
      "change_by_context_length": lists(changeByContextLength),
      "standard_error_of_change_by_context_length": errors(changeByContextLength),
    ]
  }
}

extension PatchedModel {
  /// Evaluates both on the same fresh prompts.
  func effect(
    of patches: [Patch], prompts: Int, observe: (_ done: Int) -> Void
  ) throws(Failure) -> PatchEffect {
    let signature = original.task.signature
    let reader = try reader(of: [original.composition.losses, composition.losses])
    var statistics = [LossStatistics](
      repeating: LossStatistics(positions: signature.positions), count: 3)
    for first in stride(from: 0, to: prompts, by: Evaluator.chunk) {
      let count = min(Evaluator.chunk, prompts - first)
      let losses = try reader.values(
        first: first, count: count, weight: 1 / Double(count),
        others: inputs(first: first, count: count))
      let changes = zip(losses[0], losses[1]).map { $1 - $0 }
      for (index, values) in [losses[0], losses[1], changes].enumerated() {
        statistics[index].add(values, count: count)
      }
      observe(first + count)
    }
    return PatchEffect(
      patches: patches, prompts: prompts, contextLengths: signature.contextLengths,
      beforeStatistics: statistics[0], afterStatistics: statistics[1],
      changeStatistics: statistics[2])
  }
}
