import ICLEngine
import ICLPlugins
import ICLRandom

/// Where a batch's tensors come from, if the task samples by itself.
struct PromptSource {
  let task: TaskInstance
  let seed: UInt64

  /// The tensors of prompts first ..< first + count; none for a task that declares them.
  func tensors(step: UInt64, first: UInt64, count: Int) throws(Failure) -> [String: [Double]] {
    if task.declares { return [:] }
    return try failing {
      try task.sample(
        seed: seed, step: step, first: first, count: count, random: PhiloxStreams())
    }
  }
}

extension PromptSource {
  /// The prompts of a training step: its own, or the next of the fixed set, which are prompts of
  /// step 0.
  func batch(_ step: Int, _ options: RunOptions) throws(Failure) -> Program.Batch {
    let isFixed = options.prompts > 0
    var batch = Program.Batch(
      step: isFixed ? StepRange.fixedSet : UInt64(step),
      firstPrompt: isFixed ? UInt64(step % (options.prompts / options.batch) * options.batch) : 0,
      count: options.batch, weight: 1 / Double(options.batch))
    batch.inputs = try tensors(step: batch.step, first: batch.firstPrompt, count: batch.count)
    return batch
  }
}

/// Random numbers for tasks that sample by themselves.
struct PhiloxStreams: RandomStreams {
  func uniform(
    seed: UInt64, stream: String, step: UInt64, prompt: UInt64,
    into values: UnsafeMutableBufferPointer<Double>
  ) {
    prompts(seed, stream, step, prompt).uniform(into: values)
  }

  func normal(
    seed: UInt64, stream: String, step: UInt64, prompt: UInt64,
    into values: UnsafeMutableBufferPointer<Double>
  ) {
    prompts(seed, stream, step, prompt).normal(into: values)
  }

  private func prompts(
    _ seed: UInt64, _ stream: String, _ step: UInt64, _ prompt: UInt64
  ) -> PromptStream {
    PromptStream(
      key: StreamKey(seed: seed, stream: stream, scope: .prompt), step: step, prompt: prompt)
  }
}

/// Steps number the batches, so their ranges keep training and evaluation apart.
enum StepRange {
  /// Training counts 0, 1, 2, ...; evaluation draws its prompts at this step.
  static let evaluation: UInt64 = 1 << 40
  /// Prompts of a fixed set are drawn at one step, whichever reads them.
  static let fixedSet: UInt64 = 0
}
