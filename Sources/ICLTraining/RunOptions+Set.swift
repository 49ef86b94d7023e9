import ICLPlugins

extension RunOptions {
  /// Where a task knows statistics of its whole set, training must see whole sets: the property
  /// `set-size` is how many prompts that is.
  func check(setOf task: Signature) throws(Failure) {
    guard let property = task.properties["set-size"], property >= 1 else { return }
    let size = Int(property)
    guard prompts == 0 || !prompts.isMultiple(of: size) else { return }
    throw Failure(
      .configuration, key: "run.prompts",
      prompts == 0
        ? "the task is a set of \(size) prompts, but every step draws fresh ones."
        : "\(prompts) prompts are not whole sets of the task, which has \(size).",
      hint: "Give run.prompts=\(size), and run.batch=\(size) for full batches.")
  }
}
