extension TensorFile {
  /// The bytes of a file: the same for the same tensors and metadata, whatever their order.
  ///
  /// Wide values stand first and equal widths by name, as the authors' library puts them, so that
  /// each array is aligned to its values.
  static func encode(
    _ tensors: [Tensor], metadata: [String: String], path: String
  ) throws(RecordError) -> [UInt8] {
    let tensors = tensors.sorted {
      let widths = ($0.values.element.bytes, $1.values.element.bytes)
      return widths.0 == widths.1 ? order($0, $1) : widths.0 > widths.1
    }
    var members: [JSON.Member] = []
    if !metadata.isEmpty {
      let entries = metadata.sorted { $0.key < $1.key }
      members.append(
        .init(
          key: reservedName,
          value: .object(entries.map { .init(key: $0.key, value: .text($0.value)) })))
    }
    var offset = 0
    var names: Set<String> = [reservedName]
    for tensor in tensors {
      guard names.insert(tensor.name).inserted else {
        throw refuse(path, "the tensor \(tensor.name) is there twice")
      }
      guard tensor.shape.allSatisfy({ $0 >= 0 }),
        tensor.shape.reduce(1, *) == tensor.values.count
      else {
        throw refuse(
          path,
          "the tensor \(tensor.name) has \(tensor.values.count) values, and its shape is "
            + "\(tensor.shape)")
      }
      let end = offset + tensor.values.count * tensor.values.element.bytes
      members.append(
        .init(
          key: tensor.name,
          value: [
            "dtype": .text(tensor.values.element.rawValue),
            "shape": .array(tensor.shape.map { .integer($0) }),
            "data_offsets": [.integer(offset), .integer(end)],
          ]))
      offset = end
    }
    var header = Array(JSON.object(members).compact.utf8)
    header += [UInt8](repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 + header.count + offset)
    withUnsafeBytes(of: UInt64(header.count).littleEndian) { bytes += $0 }
    bytes += header
    for tensor in tensors { tensor.values.append(to: &bytes) }
    return bytes
  }

  static let reservedName = "__metadata__"

  /// Types of one width by the order in which the format names them, then names by their bytes.
  private static func order(_ a: Tensor, _ b: Tensor) -> Bool {
    let types = (rank(a.values), rank(b.values))
    return types.0 == types.1
      ? a.name.utf8.lexicographicallyPrecedes(b.name.utf8) : types.0 > types.1
  }

  private static func rank(_ values: Values) -> Int {
    switch values {
    case .float: 0
    case .integer: 1
    case .double: 2
    case .unsigned: 3
    }
  }

  private static func refuse(_ path: String, _ message: String) -> RecordError {
    RecordError(.badData, path: path, message: "cannot write it: \(message)")
  }
}
