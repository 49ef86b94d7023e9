/// Where a run can go on from: parameters after a step, and beside them the optimizer's state.
public struct CheckpointFile: Hashable, Sendable {
  /// Optimizer steps that were done.
  public let step: Int
  /// Of the parameters, under their names in the graph.
  public let path: String

  /// Of the optimizer's state, which also says what the whole checkpoint is.
  public var optimizerPath: String {
    String(path.dropLast(Self.ending.count)) + ".optimizer" + Self.ending
  }

  private static let ending = ".safetensors"

  init(step: Int, folder: String) {
    self.step = step
    let digits = String(step)
    path =
      folder + "/step-" + String(repeating: "0", count: max(0, 8 - digits.count)) + digits
      + Self.ending
  }

  /// nil for other files.
  init?(name: String, folder: String) {
    guard name.hasPrefix("step-"), name.hasSuffix(Self.ending),
      let step = Int(name.dropFirst(5).dropLast(Self.ending.count)), step >= 0
    else { return nil }
    self.init(step: step, folder: folder)
    guard path == "\(folder)/\(name)" else { return nil }
  }
}

extension RunDirectory {
  /// By step, the newest last. They may be damaged: `read` says so.
  public func checkpoints() throws(RecordError) -> [CheckpointFile] {
    let folder = path(to: "checkpoints")
    return (names(in: folder) ?? []).compactMap { CheckpointFile(name: $0, folder: folder) }
      .sorted { $0.step < $1.step }
  }

  /// Writes a checkpoint: parameters first, since the other file carries their digest.
  ///
  /// - Parameter durably: keeps it through a crash of the machine; what a crash may damage
  ///   otherwise, `read` finds.
  @discardableResult
  public func write(
    _ checkpoint: Checkpoint, durably: Bool = true
  ) throws(RecordError) -> CheckpointFile {
    let folder = path(to: "checkpoints")
    try makeFolder(folder)
    let file = CheckpointFile(step: checkpoint.step, folder: folder)
    try checkpoint.write(to: file, durably: durably)
    return file
  }
}
