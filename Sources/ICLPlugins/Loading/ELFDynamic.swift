/// What a shared library asks of the dynamic loader, and what it offers: read by way of its dynamic
/// segment, as the loader does. Tables of sections, which nobody loads, may say anything.
package struct ELFDynamic {
  package struct Symbol: Hashable, Sendable {
    package let name: String
    package let isDefined: Bool
    package let isWeak: Bool
    package let isLocal: Bool
    /// Hidden symbols are not exported.
    package let isVisible: Bool
  }

  package private(set) var symbols: [Symbol] = []
  /// Libraries that it asks for, by soname.
  package private(set) var needed: [String] = []
  /// Entries of RPATH and RUNPATH.
  package private(set) var runPath: [String] = []
  package private(set) var hasTextRelocations = false
  package private(set) var hasStaticTLS = false

  /// Tags of the dynamic segment.
  private enum Tag {
    static let end: UInt64 = 0
    static let needed: UInt64 = 1
    static let hash: UInt64 = 4
    static let texts: UInt64 = 5
    static let symbols: UInt64 = 6
    static let textsSize: UInt64 = 10
    static let symbolSize: UInt64 = 11
    static let oldRunPath: UInt64 = 15
    static let textRelocations: UInt64 = 22
    static let runPath: UInt64 = 29
    static let flags: UInt64 = 30
    static let gnuHash: UInt64 = 0x6fff_fef5
  }

  package init(path: String) throws(PluginError) { try self.init(ELFImage(path: path)) }

  package init(_ image: ELFImage) throws(PluginError) {
    guard let segment = image.segments.first(where: { $0.type == ELFImage.Segment.dynamic }),
      let table = image.file.read(at: segment.offset, count: segment.count / 16 * 16)
    else {
      throw Self.refuse(
        image, "this library has no dynamic segment, so nothing can be linked to it.")
    }
    var entries: [(tag: UInt64, value: UInt64)] = []
    for start in stride(from: 0, to: table.count, by: 16) {
      let tag = ELFImage.number(table, start, 8)
      if tag == Tag.end { break }
      entries.append((tag, ELFImage.number(table, start + 8, 8)))
    }
    func value(_ tag: UInt64) -> UInt64? { entries.first { $0.tag == tag }?.value }
    guard let address = value(Tag.texts), let size = value(Tag.textsSize),
      let texts = image.bytes(at: address, count: size)
    else { throw Self.refuse(image, "its table of names lies outside the file.") }
    func text(_ offset: UInt64) throws(PluginError) -> String {
      guard offset < texts.count else {
        throw Self.refuse(image, "a name lies outside its table of names.")
      }
      return String(decoding: texts[Int(offset)...].prefix { $0 != 0 }, as: UTF8.self)
    }
    for entry in entries {
      switch entry.tag {
      case Tag.needed: needed.append(try text(entry.value))
      case Tag.oldRunPath, Tag.runPath:
        runPath += try text(entry.value).split(separator: ":").map(String.init)
      case Tag.textRelocations: hasTextRelocations = true
      case Tag.flags:
        if entry.value & 4 != 0 { hasTextRelocations = true }
        if entry.value & 16 != 0 { hasStaticTLS = true }
      default: break
      }
    }
    guard value(Tag.symbolSize) ?? 24 == 24, let start = value(Tag.symbols),
      let count = try Self.symbolCount(
        image, hash: value(Tag.hash), gnuHash: value(Tag.gnuHash)),
      let rows = image.bytes(at: start, count: count * 24)
    else { throw Self.refuse(image, "its table of dynamic symbols lies outside the file.") }
    // The first is nothing.
    for row in stride(from: 24, to: rows.count, by: 24) {
      let information = rows[row + 4]
      symbols.append(
        Symbol(
          name: try text(ELFImage.number(rows, row, 4)),
          isDefined: ELFImage.number(rows, row + 6, 2) != 0, isWeak: information >> 4 == 2,
          isLocal: information >> 4 == 0, isVisible: [0, 3].contains(rows[row + 5] & 3)))
    }
  }

  /// Nothing says how many symbols there are but the tables by which the loader looks them up.
  private static func symbolCount(
    _ image: ELFImage, hash: UInt64?, gnuHash: UInt64?
  ) throws(PluginError) -> UInt64? {
    func word(_ address: UInt64, _ index: UInt64) -> UInt64? {
      let place = address.addingReportingOverflow(4 * index)
      guard !place.overflow else { return nil }
      return image.bytes(at: place.partialValue, count: 4).map { ELFImage.number($0, 0, 4) }
    }
    if let hash { return word(hash, 1) }
    guard let gnuHash, let bucketCount = word(gnuHash, 0), let first = word(gnuHash, 1),
      let bloom = word(gnuHash, 2)
    else { return nil }
    // A header of four words, a filter of 64-bit words, the buckets, then a word for each symbol.
    let buckets = 4 + 2 * bloom
    let start = gnuHash.addingReportingOverflow(4 * buckets)
    guard !start.overflow, let table = image.bytes(at: start.partialValue, count: 4 * bucketCount)
    else { return nil }
    var last: UInt64 = 0
    for row in stride(from: 0, to: table.count, by: 4) {
      last = max(last, ELFImage.number(table, row, 4))
    }
    guard last >= first else { return first }
    while last < limit, let link = word(gnuHash, buckets + bucketCount + last - first) {
      last += 1
      if link & 1 != 0 { return last }
    }
    return nil
  }

  /// Symbols that are read at most.
  private static let limit: UInt64 = 1 << 19

  private static func refuse(_ image: ELFImage, _ message: String) -> PluginError {
    PluginError(.truncatedFile, message, hint: "Build or copy it again.", path: image.path)
  }
}

extension ELFImage {
  /// What will lie at an address once the file is loaded; nil where it is not all of the file.
  func bytes(at address: UInt64, count: UInt64) -> [UInt8]? {
    for segment in segments where segment.type == Segment.loaded {
      guard address >= segment.address, address - segment.address <= segment.count,
        count <= segment.count - (address - segment.address)
      else { continue }
      return file.read(at: segment.offset + (address - segment.address), count: count)
    }
    return nil
  }
}
