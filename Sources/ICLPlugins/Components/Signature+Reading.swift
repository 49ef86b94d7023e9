internal import CICL
internal import ICLGraph

extension TableReader {
  /// A signature as a task gave it.
  func signature(_ raw: icl_signature, of owner: String) throws(PluginError) -> Signature {
    func refuse(_ message: String) -> PluginError {
      self.refuse(.badSignature, "\(owner): \(message)")
    }
    guard let scoring = Signature.Scoring(rawValue: raw.scoring) else {
      throw refuse("scoring is \(raw.scoring), expected 0 (query) or 1 (every prefix).")
    }
    // Without context pairs a prompt is a query alone.
    for (value, name, least) in [
      (raw.context_length, "context length", 0), (raw.input_dimension, "input dimension", 1),
      (raw.output_dimension, "output dimension", 1), (raw.positions, "positions", 1),
    ] where value < least || value > 1 << 32 {
      throw refuse("the \(name) is \(value), expected \(least) to 2^32.")
    }
    let length = Int(raw.context_length)
    let positions = Int(raw.positions)
    guard positions == (scoring == .query ? 1 : length + 1) else {
      throw refuse(
        "it has \(positions) positions; scored at \(scoring == .query ? "the query" : "every prefix")"
          + ", it needs \(scoring == .query ? 1 : length + 1).")
    }
    var signature = Signature(
      scoring: scoring, contextLength: length, inputDimension: Int(raw.input_dimension),
      outputDimension: Int(raw.output_dimension), positions: positions, tensors: [])
    guard raw.tensor_count <= 1024, raw.property_count <= 1024 else {
      throw refuse("it has more than 1024 tensors or properties.")
    }
    for index in 0..<Int(raw.tensor_count) {
      guard let tensors = raw.tensors else { throw refuse("its table of tensors is NULL.") }
      let tensor = try tensor(tensors[index].map { UnsafeRawPointer($0) }, index, of: owner)
      guard signature.tensor(named: tensor.name) == nil else {
        throw refuse("two tensors are named '\(tensor.name)'.")
      }
      signature.tensors.append(tensor)
    }
    for index in 0..<Int(raw.property_count) {
      guard let properties = raw.properties else {
        throw refuse("its table of properties is NULL.")
      }
      let name = try text(properties[index].name, "the name of property \(index) of \(owner)")
      guard properties[index].value.isFinite else {
        throw refuse("the property '\(name)' is \(properties[index].value).")
      }
      signature.properties[name] = properties[index].value
    }
    if let message = signature.contradiction { throw refuse(message) }
    return signature
  }

  private func tensor(
    _ pointer: UnsafeRawPointer?, _ index: Int, of owner: String
  ) throws(PluginError) -> Signature.TensorSpec {
    let raw: icl_tensor_spec = try read(pointer, "tensor \(index) of \(owner)")
    let name = try text(raw.name, "the name of tensor \(index) of \(owner)")
    let what = "\(owner): the tensor '\(name)'"
    guard !name.isEmpty, let role = Signature.Role(rawValue: raw.role) else {
      throw refuse(.badSignature, "\(what) has role \(raw.role); roles are 0, 1 and 2.")
    }
    guard raw.rank <= ICL_MAX_RANK else {
      throw refuse(
        .badSignature, "\(what) has rank \(raw.rank); the highest is \(ICL_MAX_RANK).")
    }
    let shape = withUnsafeBytes(of: raw.extents) { bytes in
      Limits.shape(Array(bytes.bindMemory(to: UInt64.self).prefix(Int(raw.rank))))
    }
    switch shape {
    case .success(let shape): return Signature.TensorSpec(name: name, role: role, shape: shape)
    case .failure(let reason): throw refuse(.badSignature, "\(what): \(reason.message).")
    }
  }
}

extension Signature {
  /// What the conventions of icl.h, section 3, say against it.
  fileprivate var contradiction: String? {
    guard let target = tensor(named: "target"), target.role == .target,
      tensors.count(where: { $0.role == .target }) == 1
    else { return "exactly one tensor has the role of target, and it is named 'target'." }
    let expected: [(name: String, shape: Shape)] = [
      ("target", targetShape), ("x", [contextLength + 1, inputDimension]),
      ("y", [contextLength, outputDimension]),
    ]
    for (name, shape) in expected {
      if let tensor = tensor(named: name), tensor.shape != shape {
        return "'\(name)' has shape \(tensor.shape), expected \(shape)."
      }
    }
    return nil
  }
}
