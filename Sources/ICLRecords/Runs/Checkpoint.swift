/// The contents of a checkpoint, from which a run goes on bit for bit.
public struct Checkpoint: Hashable, Sendable {
  /// Optimizer steps that were done.
  public var step: Int
  /// The identity of the experiment.
  public var experiment: String
  /// Of the run: single or double.
  public var precision: String
  public var parameters: [TensorFile.Tensor]
  /// Each named `<index of the array>/<parameter>`.
  public var state: [TensorFile.Tensor]

  public init(
    step: Int, experiment: String, precision: String, parameters: [TensorFile.Tensor],
    state: [TensorFile.Tensor]
  ) {
    self.step = step
    self.experiment = experiment
    self.precision = precision
    self.parameters = parameters
    self.state = state
  }

  /// Of the layout of the two files.
  public static let formatVersion = 1

  func write(to file: CheckpointFile, durably: Bool) throws(RecordError) {
    let parameterBytes = try TensorFile.encode(
      parameters,
      metadata: ["step": "\(step)", "experiment": experiment, "precision": precision],
      path: file.path)
    var metadata = [
      Key.step: "\(step)", Key.experiment: experiment, Key.precision: precision,
      Key.formatVersion: "\(Self.formatVersion)",
      Key.parameterDigest: Digest.sha256(of: parameterBytes),
    ]
    metadata[Key.ownDigest] = Digest.sha256(
      of: try TensorFile.encode(state, metadata: metadata, path: file.optimizerPath))
    let stateBytes = try TensorFile.encode(state, metadata: metadata, path: file.optimizerPath)
    try PendingFile.write(parameterBytes, to: file.path, durably: durably)
    try PendingFile.write(stateBytes, to: file.optimizerPath, durably: durably)
  }

  enum Key {
    static let step = "step"
    static let experiment = "experiment"
    static let precision = "precision"
    static let formatVersion = "format_version"
    static let parameterDigest = "parameters_sha256"
    /// Of the file as it is without this entry.
    static let ownDigest = "sha256"
  }
}

extension CheckpointFile {
  /// Reads both files. Any byte that is not as it was written is an error.
  public func read() throws(RecordError) -> Checkpoint {
    let stateFile = try TensorFile(reading: optimizerPath)
    func refuse(_ path: String, _ message: String) -> RecordError {
      RecordError(
        .badData, path: path, message: message, hint: "Use another checkpoint of the run.")
    }
    var metadata = stateFile.metadata
    func entry(_ key: String) throws(RecordError) -> String {
      guard let text = metadata[key] else {
        throw refuse(optimizerPath, "it is not part of a checkpoint: its metadata has no \(key)")
      }
      return text
    }
    let version = try entry(Checkpoint.Key.formatVersion)
    if let version = Int(version), version > Checkpoint.formatVersion {
      throw RecordError(
        .newerVersion, path: optimizerPath,
        message: "it is a checkpoint of version \(version), which a newer icl-host wrote; this "
          + "one reads versions up to \(Checkpoint.formatVersion)", hint: "Use a newer icl-host.")
    }
    let ownDigest = try entry(Checkpoint.Key.ownDigest)
    metadata[Checkpoint.Key.ownDigest] = nil
    let bytes = try TensorFile.encode(stateFile.tensors, metadata: metadata, path: optimizerPath)
    guard Digest.sha256(of: bytes) == ownDigest else {
      throw refuse(optimizerPath, "it is damaged: its values do not have the digest that it says")
    }
    let parameterBytes = try contents(of: path)
    guard Digest.sha256(of: parameterBytes) == (try entry(Checkpoint.Key.parameterDigest)) else {
      throw refuse(path, "it is damaged: it does not have the digest in \(optimizerName)")
    }
    guard try entry(Checkpoint.Key.step) == "\(step)" else {
      throw refuse(optimizerPath, "it is of step \(try entry(Checkpoint.Key.step))")
    }
    return Checkpoint(
      step: step, experiment: try entry(Checkpoint.Key.experiment),
      precision: try entry(Checkpoint.Key.precision),
      parameters: try TensorDecoder(path: path, bytes: parameterBytes).tensors(),
      state: stateFile.tensors)
  }

  private var optimizerName: String {
    optimizerPath.split(separator: "/").last.map(String.init) ?? optimizerPath
  }
}
