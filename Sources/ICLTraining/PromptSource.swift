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
}
