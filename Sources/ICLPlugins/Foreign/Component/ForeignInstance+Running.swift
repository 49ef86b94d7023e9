internal import CICL
internal import ICLGraph

extension ForeignInstance {
  /// Predictions of some prompts, position by position.
  func predict(
    _ task: icl_signature, _ count: Int, _ inputs: UnsafePointer<UnsafePointer<Double>?>,
    _ predictions: UnsafeMutablePointer<Double>
  ) throws(PluginError) {
    let signature = try TableReader(path: path).signature(task, of: "the task")
    var job = ForeignJob(values: values(of: signature), arrays: [])
    job.passes = (0..<signature.positions).map { position in
      [
        "position": Double(position),
        "pairs": Double(signature.scoring == .query ? signature.contextLength : position),
      ]
    }
    var arrays: [UnsafeMutableBufferPointer<Double>] = []
    for (index, tensor) in signature.inputs.enumerated() {
      // Another input than x and y is not for this model.
      guard tensor.name == "x" || tensor.name == "y" else { continue }
      job.arrays.append(
        ForeignJob.Array(name: tensor.name, elements: tensor.shape.count))
      arrays.append(
        UnsafeMutableBufferPointer(
          start: UnsafeMutablePointer(mutating: inputs[index]), count: tensor.shape.count * count))
    }
    for name in ["x", "y"] where !job.arrays.contains(where: { $0.name == name }) {
      throw PluginError(.badArgument, "the task has no input '\(name)'.", path: path)
    }
    let elements = signature.targetShape.count
    job.arrays.append(ForeignJob.Array(name: "predictions", elements: elements))
    arrays.append(UnsafeMutableBufferPointer(start: predictions, count: elements * count))
    _ = try calls.run(job, items: count, arrays: arrays, objective: nil)
  }

  /// Draws what the manifest asks for, prompt by prompt, and lets the library make prompts of it.
  func sample(
    _ draw: icl_draw, _ first: Int, _ count: Int,
    _ tensors: UnsafePointer<UnsafeMutablePointer<Double>?>
  ) throws(PluginError) {
    let signature = signatureValues!
    var job = ForeignJob(values: values(of: signature), arrays: [])
    var arrays: [UnsafeMutableBufferPointer<Double>] = []
    var drawn: [UnsafeMutableBufferPointer<Double>] = []
    defer { for buffer in drawn { buffer.deallocate() } }
    var values = job.values
    for (name, formula) in component.definitions { values[name] = formula.value(values) }
    for entry in component.draws {
      guard let extent = entry.extent.value(values), let elements = Int(exactly: extent),
        (0...(1 << 28)).contains(elements), let scale = entry.scale.value(values)
      else {
        throw PluginError(
          .badManifest,
          "\(component.place).draws: the extent or scale of '\(entry.name)' has no value.",
          path: path)
      }
      let buffer = UnsafeMutableBufferPointer<Double>.allocate(capacity: elements * count)
      buffer.initialize(repeating: 0)
      drawn.append(buffer)
      for prompt in 0..<count where elements > 0 {
        let target = buffer.baseAddress! + prompt * elements
        entry.stream.withCString { stream in
          (entry.isNormal ? draw.normal : draw.uniform)!(
            draw.state, stream, UInt64(first + prompt), UInt64(elements), target)
        }
        for index in 0..<elements { target[index] *= scale }
      }
      job.arrays.append(ForeignJob.Array(name: entry.name, elements: elements))
      arrays.append(buffer)
    }
    for (index, tensor) in signature.tensors.enumerated() {
      let elements = tensor.shape.count
      job.arrays.append(ForeignJob.Array(name: tensor.name, elements: elements))
      arrays.append(UnsafeMutableBufferPointer(start: tensors[index], count: elements * count))
    }
    _ = try calls.run(job, items: count, arrays: arrays, objective: nil)
  }

  /// Lets the library drive; whether it was told to stop.
  func minimize(
    _ objective: icl_objective, _ parameters: UnsafeMutablePointer<Double>
  ) throws(PluginError) -> Bool {
    let count = Int(objective.count)
    var values = options
    values["count"] = Double(count)
    let job = ForeignJob(
      values: values,
      arrays: [ForeignJob.Array(name: "parameters", elements: count)])
    var isCancelled = false
    let evaluate: ForeignObjective = { point, gradient in
      var loss = 0.0
      guard objective.evaluate(objective.state, point, &loss, gradient) == ICL_OK else {
        isCancelled = true
        return nil
      }
      return loss
    }
    do throws(PluginError) {
      _ = try calls.run(
        job, items: 1,
        arrays: [UnsafeMutableBufferPointer(start: parameters, count: count)], objective: evaluate)
    } catch {
      // A library that was told to stop may well say that it failed.
      guard isCancelled else { throw error }
    }
    return isCancelled
  }
}

/// What a metric gathers until it is finished: for each position, the values of all prompts.
final class ForeignAccumulator {
  private let foreign: ForeignInstance
  private let signature: Signature
  private var prompts = 0
  /// By position.
  private var losses: [[Double]]
  private var predictions: [[Double]]
  private var targets: [[Double]]

  init(_ foreign: ForeignInstance, _ signature: Signature) {
    self.foreign = foreign
    self.signature = signature
    losses = Array(repeating: [], count: signature.positions)
    (predictions, targets) = (losses, losses)
  }

  func add(_ chunk: icl_chunk) {
    let outputs = signature.outputDimension
    for prompt in 0..<Int(chunk.count) {
      for position in 0..<signature.positions {
        let index = prompt * signature.positions + position
        losses[position].append(chunk.losses[index])
        for output in 0..<outputs {
          predictions[position].append(chunk.predictions[index * outputs + output])
          targets[position].append(chunk.targets[index * outputs + output])
        }
      }
    }
    prompts += Int(chunk.count)
  }

  func finish(_ report: icl_report) throws(PluginError) {
    var job = ForeignJob(values: foreign.values(of: signature), arrays: [])
    job.values["prompts"] = Double(prompts)
    let positions = signature.positions
    let named = [("losses", losses), ("predictions", predictions), ("targets", targets)]
    var data = named.map { $0.1.flatMap { $0 } }
    for ((name, _), values) in zip(named, data) {
      job.arrays.append(
        ForeignJob.Array(name: name, elements: values.count / positions))
    }
    for name in foreign.component.reports {
      job.arrays.append(ForeignJob.Array(name: name, elements: 1))
      data.append([Double](repeating: .nan, count: positions))
    }
    var buffers: [UnsafeMutableBufferPointer<Double>] = []
    for values in data {
      let buffer = UnsafeMutableBufferPointer<Double>.allocate(capacity: max(values.count, 1))
      _ = buffer.initialize(fromContentsOf: values)
      buffers.append(UnsafeMutableBufferPointer(rebasing: buffer[..<values.count]))
    }
    defer { for buffer in buffers { buffer.deallocate() } }
    _ = try foreign.calls.run(job, items: positions, arrays: buffers, objective: nil)
    for (name, values) in zip(
      foreign.component.reports, buffers.suffix(foreign.component.reports.count))
    {
      report.values(
        report.state, name, positions == 1 ? nil : "context length", 0, UInt64(positions),
        values.baseAddress, nil)
    }
  }
}
