/// Writes an `.npz` of arrays whose shapes are known before their values, in constant memory.
///
/// The file is a ZIP archive without compression. Places of all members follow from the shapes, so
/// values of different arrays may be appended in turns. Members of 4 GiB and more get ZIP64 records.
public final class NpzWriter {
  public struct Member: Hashable, Sendable {
    public var name: String
    public var header: NpyHeader

    public init(name: String, element: NpyHeader.Element = .double, shape: [Int]) {
      self.name = name
      header = NpyHeader(element: element, shape: shape)
    }
  }

  private let file: PendingFile
  private let members: [Member]
  private let entries: [ZipEntry]
  private var written: [Int]
  private var checksums: [CRC32]

  /// - Parameter alwaysWide: writes ZIP64 records for small members too.
  public init(path: String, members: [Member], alwaysWide: Bool = false) throws(RecordError) {
    file = try PendingFile(path)
    self.members = members
    var offset: UInt64 = 0
    var entries: [ZipEntry] = []
    for member in members {
      let size = UInt64(
        member.header.bytes.count + member.header.count * member.header.element.bytes)
      let entry = ZipEntry(
        name: Array("\(member.name).npy".utf8), size: size, offset: offset, alwaysWide: alwaysWide)
      entries.append(entry)
      offset = entry.end
    }
    self.entries = entries
    written = members.map { _ in 0 }
    checksums = members.map { _ in CRC32() }
    for index in members.indices {
      let header = members[index].header.bytes
      try put(header, at: entries[index].dataOffset)
      header.withUnsafeBytes { checksums[index].update($0) }
    }
  }

  /// Appends values to the array at `index`, rounding where it holds single precision.
  public func append(_ values: [Double], to index: Int) throws(RecordError) {
    let header = members[index].header
    guard written[index] + values.count <= header.count else {
      throw RecordError(
        .badData, path: file.path,
        message: "array \(members[index].name) holds \(header.count) values, got more")
    }
    let offset =
      entries[index].dataOffset
      + UInt64(header.bytes.count + written[index] * header.element.bytes)
    switch header.element {
    case .double: try append(values, at: offset, to: index)
    case .single: try append(values.map(Float.init), at: offset, to: index)
    }
    written[index] += values.count
  }

  /// Writes the directory, and lets the file appear at its path.
  public func finish() throws(RecordError) {
    for (index, member) in members.enumerated() where written[index] != member.header.count {
      throw RecordError(
        .badData, path: file.path,
        message: "array \(member.name) needs \(member.header.count) values, got \(written[index])")
    }
    for (entry, checksum) in zip(entries, checksums) {
      try put(entry.localHeader(checksum: checksum.value), at: entry.offset)
    }
    let start = entries.last?.end ?? 0
    let directory = zip(entries, checksums).flatMap { $0.directoryRecord(checksum: $1.value) }
    let end = ZipEntry.endRecords(
      count: entries.count, directoryOffset: start, directorySize: UInt64(directory.count),
      isWide: entries.contains { $0.isWide } || start > UInt64(UInt32.max))
    try put(directory + end, at: start)
    try file.commit()
  }

  private func append<Value>(
    _ values: [Value], at offset: UInt64, to index: Int
  ) throws(RecordError) {
    values.withUnsafeBytes { checksums[index].update($0) }
    try put(values, at: offset)
  }

  private func put<Value>(_ values: [Value], at offset: UInt64) throws(RecordError) {
    try values.withUnsafeBufferPointer { (values) throws(RecordError) in
      try file.write(UnsafeRawBufferPointer(values), at: offset)
    }
  }
}
