/// An array of an `.npz`, its values as Doubles in row-major order.
public struct NpzArray: Hashable, Sendable {
  public var header: NpyHeader
  public var values: [Double]

  public init(header: NpyHeader, values: [Double]) {
    self.header = header
    self.values = values
  }
}

/// Reads an `.npz` as `numpy.savez` writes it: stored members with 32 or 64 bit reals.
public struct NpzReader {
  private let path: String
  private let bytes: [UInt8]
  private var members: [String: Range<Int>] = [:]
  /// In the order of the archive.
  public private(set) var names: [String] = []

  public init(path: String) throws(RecordError) {
    self.path = path
    bytes = try contents(of: path)
    try readDirectory()
  }

  public func array(_ name: String) throws(RecordError) -> NpzArray {
    guard let range = members[name] else {
      throw refuse("it has no array \(name); it has \(names.joined(separator: ", "))")
    }
    let data = Array(bytes[range])
    let (header, length): (NpyHeader, Int)
    switch NpyHeader.parse(data) {
    case .success(let found): (header, length) = (found.header, found.length)
    case .failure(let problem): throw refuse("array \(name): \(problem.text)")
    }
    let (size, overflow) = header.shape.reduce((header.element.bytes, false)) {
      let product = $0.0.multipliedReportingOverflow(by: $1)
      return (product.partialValue, $0.1 || product.overflow)
    }
    guard !overflow, data.count - length == size else {
      throw refuse(
        "array \(name): shape \(header.shape) needs \(overflow ? "too many" : "\(size)") bytes of "
          + "values, found \(data.count - length)")
    }
    let values = data.withUnsafeBytes { raw -> [Double] in
      (0..<header.count).map { index in
        let offset = length + index * header.element.bytes
        switch header.element {
        case .double:
          let bits = raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
          return Double(bitPattern: UInt64(littleEndian: bits))
        case .single:
          let bits = raw.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
          return Double(Float(bitPattern: UInt32(littleEndian: bits)))
        }
      }
    }
    return NpzArray(header: header, values: values)
  }

  private mutating func readDirectory() throws(RecordError) {
    // The end record stands in the last 22 bytes, before a comment of at most 65535.
    var end = bytes.count - 22
    let lowest = max(0, end - 65535)
    while end >= lowest, integer(at: end, 4) != 0x0605_4B50 { end -= 1 }
    guard end >= lowest, var count = integer(at: end + 10, 2), var place = integer(at: end + 16, 4)
    else { throw refuse("it is not a ZIP archive") }
    if place == 0xFFFF_FFFF, let wide = integer(at: end - 12, 8),
      integer(at: wide, 4) == 0x0606_4B50
    {
      count = integer(at: wide + 32, 8) ?? 0
      place = integer(at: wide + 48, 8) ?? 0
    }
    for _ in 0..<count { try readDirectoryRecord(at: &place) }
  }

  private mutating func readDirectoryRecord(at place: inout Int) throws(RecordError) {
    guard
      integer(at: place, 4) == 0x0201_4B50, let method = integer(at: place + 10, 2),
      let checksum = integer(at: place + 16, 4),
      var size = integer(at: place + 20, 4), let nameLength = integer(at: place + 28, 2),
      let extraLength = integer(at: place + 30, 2), let comment = integer(at: place + 32, 2),
      var local = integer(at: place + 42, 4), place + 46 + nameLength <= bytes.count
    else { throw refuse("its directory is damaged") }
    let nameBytes = bytes[(place + 46)..<(place + 46 + nameLength)]
    let file = String(decoding: nameBytes, as: UTF8.self)
    let extra = place + 46 + nameLength
    // ZIP64: uncompressed size, compressed size, offset, each only where its field is all ones.
    if integer(at: extra, 2) == 1, extraLength > 0 {
      var field = extra + 4
      if integer(at: place + 24, 4) == 0xFFFF_FFFF { field += 8 }
      if size == 0xFFFF_FFFF {
        size = integer(at: field, 8) ?? -1
        field += 8
      }
      if local == 0xFFFF_FFFF { local = integer(at: field, 8) ?? -1 }
    }
    guard method == 0 else {
      throw refuse("\(file) is compressed; save with numpy.savez, not savez_compressed")
    }
    // Behind the end of the file a sum of places could overflow.
    guard local <= bytes.count, let localName = integer(at: local + 26, 2),
      let localExtra = integer(at: local + 28, 2)
    else { throw refuse("its directory is damaged") }
    let start = local + 30 + localName + localExtra
    guard size >= 0, start <= bytes.count, size <= bytes.count - start else {
      throw refuse("\(file) is cut off")
    }
    let range = start..<(start + size)
    var sum = CRC32()
    bytes[range].withUnsafeBytes { sum.update($0) }
    guard Int(sum.value) == checksum else {
      throw refuse("\(file) is damaged: its checksum does not match")
    }
    let name = file.hasSuffix(".npy") ? String(file.dropLast(4)) : file
    names.append(name)
    members[name] = range
    place = extra + extraLength + comment
  }

  /// A little-endian integer; nil outside the file or above Int.max.
  private func integer(at offset: Int, _ width: Int) -> Int? {
    guard offset >= 0, offset <= bytes.count - width else { return nil }
    var value: UInt64 = 0
    for index in 0..<width { value |= UInt64(bytes[offset + index]) << UInt64(8 * index) }
    return Int(exactly: value)
  }

  private func refuse(_ message: String) -> RecordError {
    RecordError(.badData, path: path, message: message)
  }
}
