/// The types of values in a safetensors file that are read here; the first four are written too.
enum TensorElement: String, CaseIterable {
  case double = "F64"
  case float = "F32"
  case integer = "I64"
  case unsigned = "U64"
  case half = "F16"
  case brain = "BF16"
  case integer32 = "I32"
  case integer16 = "I16"
  case integer8 = "I8"
  case unsigned32 = "U32"
  case unsigned16 = "U16"
  case unsigned8 = "U8"
  case boolean = "BOOL"

  var bytes: Int {
    switch self {
    case .double, .integer, .unsigned: 8
    case .float, .integer32, .unsigned32: 4
    case .half, .brain, .integer16, .unsigned16: 2
    case .integer8, .unsigned8, .boolean: 1
    }
  }

  /// Values from little-endian bytes; reals of 16 bits become Float, which holds them exactly.
  func values(_ bytes: UnsafeRawBufferPointer) -> TensorFile.Values {
    switch self {
    case .double: .double(read(bytes, UInt64.self) { Double(bitPattern: $0) })
    case .float: .float(read(bytes, UInt32.self) { Float(bitPattern: $0) })
    case .half: .float(read(bytes, UInt16.self) { Float(Float16(bitPattern: $0)) })
    case .brain: .float(read(bytes, UInt16.self) { Float(bitPattern: UInt32($0) << 16) })
    case .integer: .integer(read(bytes, Int64.self) { $0 })
    case .integer32: .integer(read(bytes, Int32.self) { Int64($0) })
    case .integer16: .integer(read(bytes, Int16.self) { Int64($0) })
    case .integer8: .integer(read(bytes, Int8.self) { Int64($0) })
    case .unsigned: .unsigned(read(bytes, UInt64.self) { $0 })
    case .unsigned32: .unsigned(read(bytes, UInt32.self) { UInt64($0) })
    case .unsigned16: .unsigned(read(bytes, UInt16.self) { UInt64($0) })
    case .unsigned8, .boolean: .unsigned(read(bytes, UInt8.self) { UInt64($0) })
    }
  }

  private func read<Stored: FixedWidthInteger, Value>(
    _ bytes: UnsafeRawBufferPointer, _ type: Stored.Type, _ value: (Stored) -> Value
  ) -> [Value] {
    let width = MemoryLayout<Stored>.size
    return (0..<(bytes.count / width)).map {
      value(
        Stored(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * width, as: Stored.self)))
    }
  }
}

extension TensorFile.Values {
  var element: TensorElement {
    switch self {
    case .float: .float
    case .double: .double
    case .integer: .integer
    case .unsigned: .unsigned
    }
  }

  /// Little-endian, as this processor has them.
  func append(to bytes: inout [UInt8]) {
    switch self {
    case .float(let values): values.withUnsafeBytes { bytes += $0 }
    case .double(let values): values.withUnsafeBytes { bytes += $0 }
    case .integer(let values): values.withUnsafeBytes { bytes += $0 }
    case .unsigned(let values): values.withUnsafeBytes { bytes += $0 }
    }
  }
}
