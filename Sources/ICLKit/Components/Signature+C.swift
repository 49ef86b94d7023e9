import CICL

extension Signature {
  /// Reads the host's.
  init(_ pointer: UnsafePointer<icl_signature>?) throws {
    guard let source = pointer?.pointee, let scoring = Scoring(rawValue: source.scoring) else {
      throw KitError("the host passed no signature that this plugin knows", code: .failed)
    }
    self.init(
      scoring: scoring, contextLength: Int(source.context_length),
      inputDimension: Int(source.input_dimension), outputDimension: Int(source.output_dimension),
      positions: Int(source.positions),
      tensors: (0..<Int(source.tensor_count)).compactMap {
        source.tensors[$0].map(TensorSpec.init)
      },
      properties: Dictionary(
        (0..<Int(source.property_count)).map {
          (String(cString: source.properties[$0].name), source.properties[$0].value)
        }, uniquingKeysWith: { first, _ in first }))
  }
}

extension Signature.TensorSpec {
  init(_ pointer: UnsafePointer<icl_tensor_spec>) {
    let shape = withUnsafeBytes(of: pointer.pointee.extents) {
      $0.bindMemory(to: UInt64.self).prefix(Int(pointer.pointee.rank)).map { Int($0) }
    }
    // A role that this plugin does not know is not for models.
    self.init(
      String(cString: pointer.pointee.name), Role(rawValue: pointer.pointee.role) ?? .latent, shape)
  }
}

/// A signature as the host reads it; its memory lives as long as the object.
final class SignatureStorage {
  private(set) var signature: icl_signature
  private let specs: UnsafeMutableBufferPointer<icl_tensor_spec>
  private let pointers: UnsafeMutableBufferPointer<UnsafePointer<icl_tensor_spec>?>
  private let properties: UnsafeMutableBufferPointer<icl_property>
  private let names: [UnsafeMutableBufferPointer<CChar>]

  init(_ source: Signature) throws {
    var names: [UnsafeMutableBufferPointer<CChar>] = []
    func keep(_ text: String) -> UnsafePointer<CChar>? {
      let bytes = text.utf8CString
      let copy = UnsafeMutableBufferPointer<CChar>.allocate(capacity: bytes.count)
      _ = copy.initialize(from: bytes)
      names.append(copy)
      return UnsafePointer(copy.baseAddress)
    }
    if let wide = source.tensors.first(where: { $0.shape.count > Int(ICL_MAX_RANK) }) {
      throw KitError("rank \(wide.shape.count) is above \(ICL_MAX_RANK)", path: wide.name)
    }
    specs = .allocate(capacity: source.tensors.count)
    pointers = .allocate(capacity: source.tensors.count)
    properties = .allocate(capacity: source.properties.count)
    for (index, tensor) in source.tensors.enumerated() {
      var spec = icl_tensor_spec()
      spec.struct_size = size(icl_tensor_spec.self)
      spec.role = tensor.role.rawValue
      spec.name = keep(tensor.name)
      spec.rank = UInt32(tensor.shape.count)
      withUnsafeMutableBytes(of: &spec.extents) { bytes in
        let extents = bytes.bindMemory(to: UInt64.self)
        for (axis, extent) in tensor.shape.enumerated() { extents[axis] = UInt64(extent) }
      }
      specs.initializeElement(at: index, to: spec)
      pointers.initializeElement(at: index, to: UnsafePointer(specs.baseAddress! + index))
    }
    for (index, name) in source.properties.keys.sorted().enumerated() {
      properties.initializeElement(
        at: index, to: icl_property(name: keep(name), value: source.properties[name]!))
    }
    self.names = names
    signature = icl_signature(
      struct_size: size(icl_signature.self), scoring: source.scoring.rawValue,
      context_length: UInt64(source.contextLength), input_dimension: UInt64(source.inputDimension),
      output_dimension: UInt64(source.outputDimension), positions: UInt64(source.positions),
      tensors: UnsafePointer(pointers.baseAddress), tensor_count: UInt32(specs.count),
      property_count: UInt32(properties.count),
      properties: UnsafePointer(properties.baseAddress))
  }

  deinit {
    specs.deallocate()
    pointers.deallocate()
    properties.deallocate()
    for name in names { name.deallocate() }
  }
}
