/// The header of a NumPy array file, version 1.0: little-endian reals in C order.
///
/// Source: numpy.lib.format.
public struct NpyHeader: Hashable, Sendable {
  public enum Element: String, Sendable, CaseIterable {
    case single = "<f4"
    case double = "<f8"

    public var bytes: Int { self == .single ? 4 : 8 }
  }

  public var element: Element
  public var shape: [Int]

  public init(element: Element, shape: [Int]) {
    self.element = element
    self.shape = shape
  }

  public var count: Int { shape.reduce(1, *) }

  /// Magic, version, length and dictionary, padded so that the values start at a multiple of 64.
  public var bytes: [UInt8] {
    let extents = shape.map { "\($0), " }.joined()
    var text = "{'descr': '\(element.rawValue)', 'fortran_order': False, 'shape': (\(extents)), }"
    let unpadded = 10 + text.utf8.count + 1
    text += String(repeating: " ", count: (64 - unpadded % 64) % 64) + "\n"
    let length = UInt16(text.utf8.count)
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)]
      + Array(text.utf8)
  }

  /// Reads a header; also gives the number of bytes that it takes. nil with a reason otherwise.
  public static func parse(
    _ data: [UInt8]
  ) -> Result<(header: NpyHeader, length: Int), NpyProblem> {
    guard data.count >= 10, data[0] == 0x93, Array(data[1..<6]) == Array("NUMPY".utf8) else {
      return .failure(NpyProblem("it does not start like an array file of NumPy"))
    }
    let isLong = data[6] >= 2
    let start = isLong ? 12 : 10
    guard data.count >= start else { return .failure(NpyProblem("it ends within its header")) }
    var length = Int(data[8]) | Int(data[9]) << 8
    if isLong { length |= Int(data[10]) << 16 | Int(data[11]) << 24 }
    guard data.count >= start + length else {
      return .failure(NpyProblem("it ends within its header"))
    }
    let text = String(decoding: data[start..<(start + length)], as: UTF8.self)
    guard let element = Element.allCases.first(where: { text.contains("'\($0.rawValue)'") }) else {
      return .failure(NpyProblem("its values are not 32 or 64 bit little-endian reals"))
    }
    guard text.contains("'fortran_order': False") else {
      return .failure(NpyProblem("it is in Fortran order; save it with numpy.ascontiguousarray"))
    }
    guard let open = text.firstIndex(of: "("), let close = text.firstIndex(of: ")"), open < close
    else { return .failure(NpyProblem("its header has no shape")) }
    let parts = text[text.index(after: open)..<close].split { $0 == "," || $0 == " " }
    let extents = parts.compactMap { Int($0) }
    guard extents.count == parts.count, extents.allSatisfy({ $0 >= 0 }) else {
      return .failure(NpyProblem("its shape is not a list of sizes"))
    }
    return .success((NpyHeader(element: element, shape: extents), start + length))
  }
}

/// What is wrong with an array file, as the end of a sentence about it.
public struct NpyProblem: Error, Hashable, Sendable {
  public let text: String
  init(_ text: String) { self.text = text }
}
