internal import CICL
internal import ICLPlugins

extension Trial {
  /// The icl_values of a create, each in a buffer of its own.
  ///
  /// - Parameter texts: bytes in place of an option's text.
  func values(
    _ values: [OptionValue], texts: [Int: [UInt8]] = [:]
  ) -> UnsafePointer<UnsafePointer<icl_value>?> {
    pointers(
      values.enumerated().map { place, value in
        var raw = icl_value()
        switch value {
        case .integer(let number):
          (raw.type, raw.integer, raw.real) = (ICL_INTEGER, number, Double(number))
        case .real(let number): (raw.type, raw.real) = (ICL_REAL, number)
        case .boolean(let flag): (raw.type, raw.integer) = (ICL_BOOLEAN, flag ? 1 : 0)
        case .text(let text):
          (raw.type, raw.text) = (ICL_TEXT, self.text(bytes: texts[place] ?? Array(text.utf8)))
        case .choice(let index, let text):
          (raw.type, raw.integer, raw.text) = (ICL_CHOICE, Int64(index), self.text(text))
        case .reals(let numbers):
          raw.type = ICL_REALS
          raw.reals = UnsafePointer(
            input("a list of reals", numbers).address.assumingMemoryBound(to: Double.self))
          raw.count = UInt64(numbers.count)
        }
        return UnsafePointer(structure("an icl_value", raw))
      })
  }

  /// A signature as plugins read it.
  func signature(_ signature: Signature) -> UnsafePointer<icl_signature> {
    let tensors = signature.tensors.map { tensor -> UnsafePointer<icl_tensor_spec>? in
      var raw = icl_tensor_spec()
      raw.role = tensor.role.rawValue
      raw.name = text(tensor.name)
      raw.rank = UInt32(tensor.shape.rank)
      withUnsafeMutableBytes(of: &raw.extents) { bytes in
        let extents = bytes.bindMemory(to: UInt64.self)
        for (axis, extent) in tensor.shape.extents.enumerated() { extents[axis] = UInt64(extent) }
      }
      return UnsafePointer(structure("an icl_tensor_spec", raw))
    }
    let properties = signature.properties.sorted { $0.key < $1.key }
      .map { icl_property(name: text($0.key), value: $0.value) }
    var raw = icl_signature()
    raw.scoring = signature.scoring.rawValue
    raw.context_length = UInt64(signature.contextLength)
    raw.input_dimension = UInt64(signature.inputDimension)
    raw.output_dimension = UInt64(signature.outputDimension)
    raw.positions = UInt64(signature.positions)
    raw.tensors = pointers(tensors)
    raw.tensor_count = UInt32(tensors.count)
    raw.property_count = UInt32(properties.count)
    raw.properties = UnsafePointer(
      input("the properties", properties).address.assumingMemoryBound(to: icl_property.self))
    return UnsafePointer(structure("the icl_signature", raw))
  }
}
