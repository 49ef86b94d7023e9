/// An `Event` of TensorBoard as a protocol buffer.
///
/// Fields: 1 wall_time (double), 2 step (int64), 3 file_version (string), 5 summary, 7 session_log.
/// A summary has in field 1 values of 1 tag (string) and 2 simple_value (float).
struct EventMessage {
  private var bytes: [UInt8] = []

  init(time: Double, step: Int) {
    Self.append(field: 1, time.bitPattern, to: &bytes)
    Self.append(field: 2, varint: UInt64(bitPattern: Int64(step)), to: &bytes)
  }

  func version(_ text: String) -> EventMessage { appending(field: 3, Array(text.utf8)) }

  /// SessionLog with status START, at which readers drop events of this step and later ones.
  func sessionStart() -> EventMessage {
    var log: [UInt8] = []
    Self.append(field: 1, varint: 1, to: &log)
    return appending(field: 7, log)
  }

  func scalars(_ values: [(tag: String, value: Double)]) -> EventMessage {
    var summary: [UInt8] = []
    for (tag, value) in values {
      var message: [UInt8] = []
      Self.append(field: 1, Array(tag.utf8), to: &message)
      message.append(2 << 3 | 5)
      withUnsafeBytes(of: Float(value).bitPattern.littleEndian) { message += $0 }
      Self.append(field: 1, message, to: &summary)
    }
    return appending(field: 5, summary)
  }

  /// With its length and the two checksums.
  var record: [UInt8] {
    var record: [UInt8] = []
    withUnsafeBytes(of: UInt64(bytes.count).littleEndian) { record += $0 }
    Self.append(checksumOf: record, to: &record)
    record += bytes
    Self.append(checksumOf: bytes, to: &record)
    return record
  }

  private func appending(field: UInt8, _ content: [UInt8]) -> EventMessage {
    var copy = self
    Self.append(field: field, content, to: &copy.bytes)
    return copy
  }

  private static func append(field: UInt8, _ bits: UInt64, to bytes: inout [UInt8]) {
    bytes.append(field << 3 | 1)
    withUnsafeBytes(of: bits.littleEndian) { bytes += $0 }
  }

  private static func append(field: UInt8, varint value: UInt64, to bytes: inout [UInt8]) {
    bytes.append(field << 3)
    append(varint: value, to: &bytes)
  }

  private static func append(field: UInt8, _ content: [UInt8], to bytes: inout [UInt8]) {
    bytes.append(field << 3 | 2)
    append(varint: UInt64(content.count), to: &bytes)
    bytes += content
  }

  /// Seven bits a byte, low ones first.
  private static func append(varint value: UInt64, to bytes: inout [UInt8]) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  /// Masked, so that a checksum of data with checksums in it stays good.
  private static func append(checksumOf content: [UInt8], to bytes: inout [UInt8]) {
    var checksum = CRC32(.castagnoli)
    content.withUnsafeBytes { checksum.update($0) }
    let masked = (checksum.value >> 15 | checksum.value << 17) &+ 0xA282_EAD8
    withUnsafeBytes(of: masked.littleEndian) { bytes += $0 }
  }
}
