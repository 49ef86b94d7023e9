/// What a step reads of prompts that are the same in every step.
public enum Statistics: String, CaseIterable, Hashable, Sendable {
  /// Every prompt.
  case prompts
  /// Their moments: for losses that are squares of what is linear in features of the data.
  case moments
}
