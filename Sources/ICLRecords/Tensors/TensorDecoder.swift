/// Reads the bytes of a safetensors file, and believes none of them.
struct TensorDecoder {
  private let path: String
  private let bytes: [UInt8]
  private let header: [JSON.Member]
  /// Where the values start.
  private let start: Int

  init(path: String, bytes: [UInt8]) throws(RecordError) {
    self.path = path
    self.bytes = bytes
    func refuse(_ message: String) -> RecordError { Self.refusal(path, message) }
    guard bytes.count >= 8 else {
      throw refuse("it has \(bytes.count) bytes, and the length of the header alone takes 8")
    }
    let length = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[$1]) << UInt64(8 * $1) }
    guard length <= 100_000_000 else {
      throw refuse("its header claims \(length) bytes, and 100000000 are allowed")
    }
    start = 8 + Int(length)
    guard start <= bytes.count else {
      throw refuse(
        "it is cut off: its header claims \(length) bytes, and \(bytes.count - 8) follow")
    }
    guard length > 0, bytes[8] == UInt8(ascii: "{") else {
      throw refuse("its header does not start with {")
    }
    let document: JSON
    do throws(JSONProblem) {
      document = try JSON(parsing: Array(bytes[8..<start]))
    } catch {
      throw refuse("its header is damaged: at byte \(8 + error.byte) \(error.text)")
    }
    header = document.members ?? []
  }

  func metadata() throws(RecordError) -> [String: String] {
    guard let value = header.first(where: { $0.key == TensorFile.reservedName })?.value else {
      return [:]
    }
    guard let members = value.members else {
      throw refuse("its \(TensorFile.reservedName) is not an object of texts")
    }
    var metadata: [String: String] = [:]
    for member in members {
      guard let text = member.value.string else {
        throw refuse("its \(TensorFile.reservedName) has \(member.key), which is not a text")
      }
      metadata[member.key] = text
    }
    return metadata
  }

  func tensors() throws(RecordError) -> [TensorFile.Tensor] {
    var entries: [Entry] = []
    for member in header where member.key != TensorFile.reservedName {
      entries.append(try entry(member))
    }
    entries.sort {
      ($0.place.lowerBound, $0.place.upperBound) < ($1.place.lowerBound, $1.place.upperBound)
    }
    var end = 0
    for entry in entries {
      let first = entry.place.lowerBound
      guard first == end else {
        throw refuse(
          "the tensor \(entry.name) starts at byte \(first) of the values, and those before it end "
            + "at \(end)")
      }
      end = entry.place.upperBound
    }
    let found = bytes.count - start
    guard end == found else {
      throw refuse(
        end > found
          ? "it is cut off: its tensors take \(end) bytes, and \(found) follow the header"
          : "its tensors take \(end) bytes, and \(found) follow the header")
    }
    return entries.map { entry in
      let place = (start + entry.place.lowerBound)..<(start + entry.place.upperBound)
      let values = bytes.withUnsafeBytes {
        entry.element.values(UnsafeRawBufferPointer(rebasing: $0[place]))
      }
      return TensorFile.Tensor(name: entry.name, shape: entry.shape, values: values)
    }
  }

  private struct Entry {
    var name: String
    var element: TensorElement
    var shape: [Int]
    /// In the bytes after the header.
    var place: Range<Int>
  }

  private func entry(_ member: JSON.Member) throws(RecordError) -> Entry {
    let name = member.key
    func refuse(_ message: String) -> RecordError {
      Self.refusal(path, "the tensor \(name) \(message)")
    }
    guard let members = member.value.members,
      members.map(\.key).sorted() == ["data_offsets", "dtype", "shape"]
    else { throw refuse("is not described by dtype, shape and data_offsets") }
    guard let dtype = member.value["dtype"]?.string else { throw refuse("has no dtype") }
    guard let element = TensorElement(rawValue: dtype) else {
      throw refuse(
        "has dtype \(dtype); known here are "
          + TensorElement.allCases.map(\.rawValue).joined(separator: ", "))
    }
    guard let shape = extents(member.value["shape"]) else {
      throw refuse("has a shape that is not a list of sizes")
    }
    guard let offsets = extents(member.value["data_offsets"]), offsets.count == 2,
      offsets[0] <= offsets[1]
    else { throw refuse("has data_offsets that are not two places in order") }
    let (size, overflow) = shape.reduce((element.bytes, false)) {
      let product = $0.0.multipliedReportingOverflow(by: $1)
      return (product.partialValue, $0.1 || product.overflow)
    }
    guard !overflow, size == offsets[1] - offsets[0] else {
      throw refuse(
        "of \(dtype) with shape \(shape) takes \(overflow ? "too many" : "\(size)") bytes, and "
          + "its data_offsets span \(offsets[1] - offsets[0])")
    }
    return Entry(name: name, element: element, shape: shape, place: offsets[0]..<offsets[1])
  }

  private func extents(_ value: JSON?) -> [Int]? {
    guard let elements = value?.elements else { return nil }
    let extents = elements.compactMap { element -> Int? in
      if case .integer(let value) = element, value >= 0 { value } else { nil }
    }
    return extents.count == elements.count ? extents : nil
  }

  private func refuse(_ message: String) -> RecordError { Self.refusal(path, message) }

  private static func refusal(_ path: String, _ message: String) -> RecordError {
    RecordError(.badData, path: path, message: "it is not a safetensors file: \(message)")
  }
}
