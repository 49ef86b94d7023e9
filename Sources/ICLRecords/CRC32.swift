/// A cyclic checksum of 32 bits, with a reflected polynomial.
public struct CRC32: Sendable {
  public enum Polynomial: UInt32, Sendable {
    /// Of ZIP and gzip (ISO 3309).
    case ethernet = 0xEDB8_8320
    /// CRC32C, of TensorBoard's event files (RFC 3720).
    case castagnoli = 0x82F6_3B78
  }

  private var state: UInt32 = 0xFFFF_FFFF
  private let tables: [UInt32]

  public init(_ polynomial: Polynomial = .ethernet) {
    tables = polynomial == .ethernet ? Self.ethernet : Self.castagnoli
  }

  public var value: UInt32 { state ^ 0xFFFF_FFFF }

  /// Eight bytes at a time: table k advances a byte by k further zero bytes.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    var crc = state
    var index = 0
    tables.withUnsafeBufferPointer { tables in
      while index + 8 <= bytes.count {
        let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
        let mixed = word ^ UInt64(crc)
        crc = 0
        for lane in 0..<8 {
          let byte = Int(truncatingIfNeeded: mixed >> UInt64(8 * lane)) & 0xFF
          crc ^= tables[(7 - lane) * 256 + byte]
        }
        index += 8
      }
      while index < bytes.count {
        crc = tables[Int((crc ^ UInt32(bytes[index])) & 0xFF)] ^ (crc >> 8)
        index += 1
      }
    }
    state = crc
  }

  private static let ethernet = makeTables(.ethernet)
  private static let castagnoli = makeTables(.castagnoli)

  private static func makeTables(_ polynomial: Polynomial) -> [UInt32] {
    var tables = [UInt32](repeating: 0, count: 8 * 256)
    for byte in 0..<256 {
      var crc = UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? (crc >> 1) ^ polynomial.rawValue : crc >> 1 }
      tables[byte] = crc
    }
    for index in 256..<tables.count {
      let previous = tables[index - 256]
      tables[index] = tables[Int(previous & 0xFF)] ^ (previous >> 8)
    }
    return tables
  }
}
