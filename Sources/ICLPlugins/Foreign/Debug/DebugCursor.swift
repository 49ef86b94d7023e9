/// Reads DWARF's encodings from bytes; what lies past the end reads as zero and is remembered.
struct DebugCursor {
  let bytes: [UInt8]
  var place: Int
  private(set) var isPastEnd = false

  init(_ bytes: [UInt8], at place: Int = 0) {
    self.bytes = bytes
    self.place = place
  }

  mutating func number(_ count: Int) -> UInt64 {
    guard count >= 0, place >= 0, count <= bytes.count - place else {
      isPastEnd = true
      place = bytes.count
      return 0
    }
    defer { place += count }
    return (0..<min(count, 8)).reduce(0) {
      $0 | UInt64(bytes[place + $1]) << (8 * UInt64($1))
    }
  }

  mutating func skip(_ count: UInt64) {
    _ = number(count <= UInt64(bytes.count) ? Int(count) : bytes.count + 1)
  }

  /// Seven bits a byte, low ones first.
  mutating func leb() -> UInt64 {
    var result: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let byte = number(1)
      if shift < 64 { result |= (byte & 0x7f) << shift }
      shift += 7
      if byte & 0x80 == 0 || isPastEnd { return result }
    }
  }

  mutating func text() -> String {
    var text: [UInt8] = []
    while true {
      let byte = UInt8(number(1))
      if byte == 0 { return String(decoding: text, as: UTF8.self) }
      text.append(byte)
    }
  }
}
