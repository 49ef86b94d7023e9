/// One stored member of a ZIP archive: where it is, and the records that describe it.
///
/// Source: PKWARE APPNOTE 6.3, sections 4.3 to 4.5.
struct ZipEntry {
  let name: [UInt8]
  /// Of the stored bytes, in bytes.
  let size: UInt64
  /// Of the local header, from the start of the file.
  let offset: UInt64
  /// Whether its sizes and offset need 64 bits.
  let isWide: Bool

  init(name: [UInt8], size: UInt64, offset: UInt64, alwaysWide: Bool) {
    self.name = name
    self.size = size
    self.offset = offset
    isWide = alwaysWide || max(size, offset) >= UInt64(UInt32.max)
  }

  var dataOffset: UInt64 { offset + UInt64(30 + name.count + (isWide ? 20 : 0)) }
  var end: UInt64 { dataOffset + size }

  func localHeader(checksum: UInt32) -> [UInt8] {
    var record = Bytes()
    record.add(0x0403_4B50 as UInt32)
    addCommon(to: &record, checksum: checksum, extra: isWide ? 20 : 0)
    record.bytes += name
    if isWide {
      record.add(1 as UInt16, 16 as UInt16)
      record.add(size, size)
    }
    return record.bytes
  }

  func directoryRecord(checksum: UInt32) -> [UInt8] {
    var record = Bytes()
    record.add(0x0201_4B50 as UInt32)
    record.add(version)
    addCommon(to: &record, checksum: checksum, extra: isWide ? 28 : 0)
    record.add(0 as UInt16, 0 as UInt16, 0 as UInt16)
    record.add(0 as UInt32, isWide ? UInt32.max : UInt32(offset))
    record.bytes += name
    if isWide {
      record.add(1 as UInt16, 24 as UInt16)
      record.add(size, size, offset)
    }
    return record.bytes
  }

  static func endRecords(
    count: Int, directoryOffset: UInt64, directorySize: UInt64, isWide: Bool
  ) -> [UInt8] {
    var record = Bytes()
    if isWide {
      record.add(0x0606_4B50 as UInt32)
      record.add(44 as UInt64)
      record.add(45 as UInt16, 45 as UInt16)
      record.add(0 as UInt32, 0 as UInt32)
      record.add(UInt64(count), UInt64(count), directorySize, directoryOffset)
      record.add(0x0706_4B50 as UInt32, 0 as UInt32)
      record.add(directoryOffset + directorySize)
      record.add(1 as UInt32)
    }
    record.add(0x0605_4B50 as UInt32)
    record.add(0 as UInt16, 0 as UInt16, UInt16(count), UInt16(count))
    record.add(
      isWide ? UInt32.max : UInt32(directorySize), isWide ? UInt32.max : UInt32(directoryOffset))
    record.add(0 as UInt16)
    return record.bytes
  }

  private var version: UInt16 { isWide ? 45 : 20 }

  /// The fields that both headers share, from the version needed to the length of the extra field.
  /// The date is the first that the format knows, so that equal arrays give equal files.
  private func addCommon(to record: inout Bytes, checksum: UInt32, extra: UInt16) {
    let flagUTF8: UInt16 = 1 << 11
    record.add(version, flagUTF8, 0 as UInt16, 0 as UInt16, 0x21 as UInt16)
    let shown = isWide ? UInt32.max : UInt32(size)
    record.add(checksum, shown, shown)
    record.add(UInt16(name.count), extra)
  }
}

/// Little-endian integers, one behind the other.
private struct Bytes {
  var bytes: [UInt8] = []

  mutating func add<Value: FixedWidthInteger>(_ values: Value...) {
    for value in values { withUnsafeBytes(of: value.littleEndian) { bytes += $0 } }
  }
}
