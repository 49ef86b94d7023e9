internal import CFFI

/// A place in an array: of the item at hand, or fixed.
struct ForeignPlace {
  /// Of the job's arrays; nil where the address is fixed.
  var array: Int?
  /// Bytes from one item to the next.
  var itemStride = 0
  var fixed: UnsafeMutableRawPointer?
  /// Bytes.
  var offset: Int

  func address(
    _ bases: [UnsafeMutablePointer<Double>], _ item: Int
  ) -> UnsafeMutableRawPointer {
    guard let array else { return fixed! + offset }
    return UnsafeMutableRawPointer(bases[array]) + (item * itemStride + offset)
  }
}

/// A call whose arguments stand ready in memory; between items only addresses change.
final class ForeignCall {
  struct Failure: Error { var message: String }

  let name: String
  let number: Int
  let place: String
  let interface: UnsafeMutablePointer<ffi_cif>
  let function: UnsafeMutableRawPointer
  /// Addresses of the argument values.
  let arguments: UnsafeMutablePointer<UnsafeMutableRawPointer?>
  let result: UnsafeMutableRawPointer
  let resultType: CType
  /// Pointers that follow the item.
  var moving: [(cell: UnsafeMutablePointer<UnsafeMutableRawPointer?>, place: ForeignPlace)] = []
  /// Values read from the item.
  var elements: [(cell: UnsafeMutableRawPointer, type: CType, place: ForeignPlace, scale: Double)] =
    []
  /// Numbers behind pointers that the call may have changed.
  var refreshed: [(cell: UnsafeMutableRawPointer, type: CType, value: Double)] = []
  var store: ForeignPlace?
  var handle: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
  var status: (memory: UnsafeMutableRawPointer, type: CType, says: ForeignManifest.Status)?

  init(
    name: String, number: Int, place: String, interface: UnsafeMutablePointer<ffi_cif>,
    function: UnsafeMutableRawPointer,
    arguments: UnsafeMutablePointer<UnsafeMutableRawPointer?>, result: UnsafeMutableRawPointer,
    resultType: CType
  ) {
    self.name = name
    self.number = number
    self.place = place
    self.interface = interface
    self.function = function
    self.arguments = arguments
    self.result = result
    self.resultType = resultType
  }

  func run(
    _ bases: [UnsafeMutablePointer<Double>], _ item: Int, _ marker: ForeignMarker
  ) throws(Failure) {
    for (cell, place) in moving { cell.pointee = place.address(bases, item) }
    for (cell, type, value) in refreshed { _ = type.write(value, to: cell) }
    for (cell, type, place, scale) in elements {
      let value = place.address(bases, item).load(as: Double.self) * scale
      let rounded = if case .integer = type { value.rounded(.down) } else { value }
      guard type.write(rounded, to: cell) else {
        throw Failure(message: "\(name) wants \(type), which \(rounded) is not.")
      }
    }
    // A callback may call the library again.
    let (outerNumber, outerItem) = (marker.memory[0], marker.memory[1])
    marker.memory[0] = number + 1
    marker.memory[1] = item
    cffi_call(interface, function, result, arguments)
    marker.memory[0] = outerNumber
    marker.memory[1] = outerItem
    if let status { try check(status) }
    if let handle {
      handle.pointee = result.load(as: UnsafeMutableRawPointer?.self)
      guard handle.pointee != nil else { throw Failure(message: "\(name) returned NULL.") }
    }
    if let store {
      store.address(bases, item).storeBytes(of: resultType.readResult(result), as: Double.self)
    }
  }

  private func check(
    _ status: (memory: UnsafeMutableRawPointer, type: CType, says: ForeignManifest.Status)
  ) throws(Failure) {
    let code = Int(
      status.says.array == nil
        ? status.type.readResult(status.memory) : status.type.read(status.memory))
    guard !status.says.good.contains(code) else { return }
    let text =
      status.says.texts["\(code)"] ?? status.says.texts[code < 0 ? "negative" : "positive"]
      ?? status.says.texts["other"]
    let code2 = status.says.array ?? "it returned"
    let words = text.map {
      replacing("{-code}", "\(-code)", in: replacing("{code}", "\(code)", in: $0))
    }
    throw Failure(
      message: "\(name): " + (words ?? "what this code means is not said")
        + " (\(code2) = \(code)).")
  }
}

extension CType {
  /// libffi widens small integers that a function returns.
  func readResult(_ memory: UnsafeRawPointer) -> Double {
    switch self {
    case .integer(_, true): Double(memory.load(as: Int.self))
    case .integer(_, false): Double(memory.load(as: UInt.self))
    default: read(memory)
    }
  }
}

private func replacing(_ part: String, _ other: String, in text: String) -> String {
  var result = ""
  var rest = Substring(text)
  while !rest.isEmpty {
    if rest.hasPrefix(part) {
      result += other
      rest = rest.dropFirst(part.count)
    } else {
      result.append(rest.removeFirst())
    }
  }
  return result
}
