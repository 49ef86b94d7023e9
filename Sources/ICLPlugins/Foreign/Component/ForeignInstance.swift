internal import CICL

/// A foreign component with its options filled, as the functions of its tables find it.
final class ForeignInstance {
  let component: ForeignManifest.Component
  let path: String
  let calls: ForeignCalls
  /// "option.rate" to its number.
  let options: [String: Double]
  let texts: [String: String]
  /// Of a task: what its prompts hold.
  private(set) var signature: SignatureMemory?
  private(set) var signatureValues: Signature?

  init(
    _ component: ForeignManifest.Component, path: String, calls: ForeignCalls,
    options raw: [icl_value]
  ) throws(PluginError) {
    self.component = component
    self.path = path
    self.calls = calls
    var options: [String: Double] = [:]
    var texts: [String: String] = [:]
    for (declaration, value) in zip(component.options, raw) {
      options["option.\(declaration.name)"] =
        declaration.type == .real ? value.real : Double(value.integer)
      if let text = value.text { texts["option.\(declaration.name)"] = String(cString: text) }
    }
    (self.options, self.texts) = (options, texts)
    if let task = component.task {
      let signature = try self.signature(task)
      signatureValues = signature
      self.signature = SignatureMemory(signature)
    }
  }

  /// Values of formulas that follow from a task's signature.
  func values(of signature: Signature) -> [String: Double] {
    var values = options
    values["context-length"] = Double(signature.contextLength)
    values["input-dimension"] = Double(signature.inputDimension)
    values["output-dimension"] = Double(signature.outputDimension)
    values["positions"] = Double(signature.positions)
    for (name, value) in signature.properties { values["property.\(name)"] = value }
    return values
  }

  private func signature(_ task: ForeignManifest.Task) throws(PluginError) -> Signature {
    func extent(
      _ formula: ForeignExpression, _ values: [String: Double], _ what: String
    ) throws(PluginError) -> Int {
      guard let value = formula.value(values), let whole = Int(exactly: value),
        whole >= 0, whole <= 1 << 28
      else {
        throw PluginError(
          .badManifest, "\(component.place).signature: \(what) is no whole number of at most 2^28.",
          path: path)
      }
      return whole
    }
    let choice = texts[task.scoring] ?? task.scoring
    let length = try extent(task.contextLength, options, "the context length")
    var signature = Signature(
      scoring: choice == "query" ? .query : .everyPrefix, contextLength: length,
      inputDimension: try extent(task.inputDimension, options, "the input dimension"),
      outputDimension: try extent(task.outputDimension, options, "the output dimension"),
      positions: choice == "query" ? 1 : length + 1, tensors: [])
    let values = values(of: signature)
    for (name, role, shape) in task.tensors {
      var extents: [Int] = []
      for formula in shape { extents.append(try extent(formula, values, "an extent of '\(name)'")) }
      signature.tensors.append(
        Signature.TensorSpec(name: name, role: role, shape: .init(extents)))
    }
    for (name, formula) in task.properties { signature.properties[name] = formula.value(values) }
    return signature
  }
}

/// A manifest's component: what the tables' `create` is bound to.
final class ForeignMaker {
  let manifest: ForeignManifest
  let path: String
  let index: Int

  init(_ manifest: ForeignManifest, path: String, index: Int) {
    (self.manifest, self.path, self.index) = (manifest, path, index)
  }

  /// Opens the libraries, where that has not been done.
  func make(_ options: [icl_value]) throws(PluginError) -> ForeignInstance {
    let component = manifest.components[index]
    return try ForeignInstance(
      component, path: path, calls: try ForeignCalls(manifest, component, path: path),
      options: options)
  }
}
