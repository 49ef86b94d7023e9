import Foundation
import ICLRecords

/// Damaged npz archives, with right checksums as often as not.
struct ArchiveTarget: FuzzTarget {
  static let name = "archive"
  private let place: FuzzPlace
  private let examples: [[UInt8]]
  private static let words = [
    "PK\u{1}\u{2}", "PK\u{3}\u{4}", "PK\u{5}\u{6}", "PK\u{6}\u{6}", "PK\u{6}\u{7}", "(3,)",
    "(-1,)", "()", "(4294967296, 4294967296)", "(9223372036854775807,)",
    "(1152921504606846975,)", "'<f4'", "'<f8'", "'>f8'", "'fortran_order': True", "False", "}",
    "'", ",",
  ]

  init(_ place: FuzzPlace) throws {
    self.place = place
    var examples: [[UInt8]] = []
    for wide in [false, true] {
      let path = place.folder.appendingPathComponent("valid").path
      let writer = try NpzWriter(
        path: path,
        members: [
          .init(name: "x", shape: [2, 2]), .init(name: "y", element: .single, shape: [3]),
          .init(name: "empty", shape: [0]),
        ], alwaysWide: wide)
      try writer.append([1, 2, 3, 4], to: 0)
      try writer.append([1, 2, 3], to: 1)
      try writer.finish()
      examples.append(try contents(path))
    }
    self.examples = examples
  }

  mutating func run(_ random: inout Generator) throws {
    var bytes = Mutation.applied(to: random.pick(examples), words: Self.words, &random)
    if random.chance(2, in: 3) { Self.repairChecksums(&bytes) }
    try place.write(bytes)
    guard let archive = try? NpzReader(path: place.input) else { return }
    for name in archive.names {
      guard let array = try? archive.array(name) else { continue }
      guard array.values.count == array.header.shape.reduce(1, *) else {
        throw Contradiction("shape \(array.header.shape) has \(array.values.count) values")
      }
    }
  }

  /// Writes the right checksum into every record of the directory that lies in the file.
  private static func repairChecksums(_ bytes: inout [UInt8]) {
    func integer(_ place: Int, _ width: Int) -> Int? {
      guard place >= 0, place <= bytes.count - width else { return nil }
      return (0..<width).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
    }
    for place in bytes.indices where integer(place, 4) == 0x0201_4B50 {
      guard let size = integer(place + 20, 4), let local = integer(place + 42, 4),
        let name = integer(local + 26, 2), let extra = integer(local + 28, 2)
      else { continue }
      let start = local + 30 + name + extra
      guard start <= bytes.count, size <= bytes.count - start else { continue }
      let sum = checksum(bytes[start..<start + size])
      for index in 0..<4 where place + 16 + index < bytes.count {
        bytes[place + 16 + index] = UInt8(truncatingIfNeeded: sum >> UInt32(8 * index))
      }
    }
  }

  /// CRC-32 by its definition, bit by bit.
  private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    ~bytes.reduce(~0 as UInt32) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { value, _ in
        value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1
      }
    }
  }
}

func contents(_ path: String) throws -> [UInt8] {
  try Array(Data(contentsOf: URL(fileURLWithPath: path)))
}
