import ICLRecords

/// Damaged safetensors.
struct TensorTarget: FuzzTarget {
  static let name = "tensors"
  private let place: FuzzPlace
  private let examples: [[UInt8]]
  private static let words = [
    "\"F32\"", "\"F64\"", "\"I64\"", "\"U64\"", "[0,8]", "[8,0]", "[-1,4]",
    "[9223372036854775807]", "[0]", "[]", "[4294967296,4294967296]", "\"shape\":", "\"dtype\":",
    "\"data_offsets\":", "\"__metadata__\":{\"a\":\"b\"}", ",", "{", "}", " ",
  ]

  init(_ place: FuzzPlace) throws {
    self.place = place
    let path = place.folder.appendingPathComponent("valid").path
    try TensorFile.write(
      [
        .init(name: "a", shape: [2, 3], values: .float([1, 2, 3, 4, 5, 6])),
        .init(name: "b", shape: [], values: .double([0.5])),
        .init(name: "c", shape: [2], values: .integer([-1, 1])),
        .init(name: "d.e", shape: [1, 1, 1], values: .unsigned([7])),
        .init(name: "none", shape: [0, 3], values: .float([])),
      ], metadata: ["step": "1"], to: path)
    examples = [try Array(contents(path))] + place.examples(in: "Registry", ending: ".safetensors")
  }

  mutating func run(_ random: inout Generator) throws {
    var bytes = Mutation.applied(to: random.pick(examples), words: Self.words, &random)
    // Most changes make the header's length wrong; half of the inputs have it right again.
    if random.chance(1, in: 2), let end = bytes.lastIndex(of: UInt8(ascii: "}")), end >= 8 {
      let length = UInt64(end - 7)
      for index in 0..<8 { bytes[index] = UInt8(truncatingIfNeeded: length >> UInt64(8 * index)) }
    }
    try place.write(bytes)
    let file: TensorFile
    do {
      file = try TensorFile(reading: place.input)
    } catch {
      guard !error.message.isEmpty else { throw Contradiction("a refusal without a message") }
      return
    }
    for tensor in file.tensors where tensor.shape.reduce(1, *) != tensor.values.count {
      throw Contradiction("shape \(tensor.shape) has \(tensor.values.count) values")
    }
    try TensorFile.write(file.tensors, metadata: file.metadata, to: place.input)
    let again = try TensorFile(reading: place.input)
    guard again.metadata == file.metadata, same(again.tensors, file.tensors) else {
      throw Contradiction("tensors are others when they are written and read again")
    }
  }

  /// By bits: NaN is the same as itself.
  private func same(_ a: [TensorFile.Tensor], _ b: [TensorFile.Tensor]) -> Bool {
    func bits(_ tensors: [TensorFile.Tensor]) -> [String: [UInt64]] {
      Dictionary(
        tensors.map { ($0.name, $0.values.doubles.map(\.bitPattern)) },
        uniquingKeysWith: { a, _ in a })
    }
    return bits(a) == bits(b) && a.count == b.count
  }
}
