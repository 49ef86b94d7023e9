internal import CICL

/// A signature as plugins read it, in memory that lives as long as this object.
final class SignatureMemory {
  let pointer: UnsafeMutablePointer<icl_signature>
  private let tensors: UnsafeMutableBufferPointer<UnsafePointer<icl_tensor_spec>?>
  private let properties: UnsafeMutableBufferPointer<icl_property>
  private let texts = TextMemory()

  init(_ signature: Signature) {
    pointer = .allocate(capacity: 1)
    tensors = .allocate(capacity: signature.tensors.count)
    properties = .allocate(capacity: signature.properties.count)
    for (index, tensor) in signature.tensors.enumerated() {
      let memory = UnsafeMutablePointer<icl_tensor_spec>.allocate(capacity: 1)
      memory.initialize(to: icl_tensor_spec())
      memory.pointee.struct_size = UInt32(MemoryLayout<icl_tensor_spec>.size)
      memory.pointee.role = tensor.role.rawValue
      memory.pointee.name = texts.keep(tensor.name)
      memory.pointee.rank = UInt32(tensor.shape.rank)
      withUnsafeMutableBytes(of: &memory.pointee.extents) { bytes in
        let extents = bytes.bindMemory(to: UInt64.self)
        for (axis, extent) in tensor.shape.extents.enumerated() { extents[axis] = UInt64(extent) }
      }
      tensors.initializeElement(at: index, to: UnsafePointer(memory))
    }
    for (index, property) in signature.properties.sorted(by: { $0.key < $1.key }).enumerated() {
      properties.initializeElement(
        at: index, to: icl_property(name: texts.keep(property.key), value: property.value))
    }
    pointer.initialize(
      to: icl_signature(
        struct_size: UInt32(MemoryLayout<icl_signature>.size), scoring: signature.scoring.rawValue,
        context_length: UInt64(signature.contextLength),
        input_dimension: UInt64(signature.inputDimension),
        output_dimension: UInt64(signature.outputDimension),
        positions: UInt64(signature.positions), tensors: UnsafePointer(tensors.baseAddress),
        tensor_count: UInt32(tensors.count), property_count: UInt32(properties.count),
        properties: UnsafePointer(properties.baseAddress)))
  }

  deinit {
    for tensor in tensors { tensor?.deallocate() }
    tensors.deallocate()
    properties.deallocate()
    pointer.deallocate()
  }
}
