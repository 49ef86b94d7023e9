import Foundation

/// What a compiled plugin or host has taken from icl.h: layouts, constants, types, functions.
///
/// Nothing here names a struct or a field: all of it comes from the compiler, so a new one cannot
/// be forgotten.
struct Snapshot: Codable, Equatable {
  struct Field: Codable, Equatable {
    let name: String
    /// As written, with parameter names: swapping two parameters of one type changes it.
    let declaration: String
    let offset: Int
    let size: Int
    var end: Int { offset + size }
  }

  struct Struct: Codable, Equatable {
    let name: String
    let size: Int
    let alignment: Int
    let fields: [Field]
    /// Whether a reader can tell how much of it is there.
    var isSized: Bool { fields.first?.declaration == "uint32_t struct_size" }
  }

  /// In the order of the header.
  var structs: [Struct]
  /// Object-like macros with a value, as written: numbers and names of extensions.
  var constants: [String: String]
  /// Macros that stand for code.
  var macros: [String]
  /// Types that are not structs.
  var types: [String: String]
  /// The entry point and the inline functions.
  var functions: [String: String]

  var version: (major: UInt32, minor: UInt32)? {
    func number(_ name: String) -> UInt32? {
      constants[name].flatMap { UInt32($0.filter(\.isNumber)) }
    }
    guard let major = number("ICL_ABI_MAJOR"), let minor = number("ICL_ABI_MINOR") else {
      return nil
    }
    return (major, minor)
  }
}

/// The files of released versions: Registry/abi/1.0.json.
extension Snapshot {
  static let folder = Header.repository.appendingPathComponent("Registry/abi")

  static func read(_ file: URL) throws -> Snapshot {
    try JSONDecoder().decode(Snapshot.self, from: Data(contentsOf: file))
  }

  /// Every committed snapshot, by version.
  static func committed() throws -> [(name: String, snapshot: Snapshot)] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".json") }
      .map { (String($0.dropLast(5)), try read(folder.appendingPathComponent($0))) }
      .sorted { ($0.1.version?.minor ?? 0) < ($1.1.version?.minor ?? 0) }
  }

  /// JSON with a line for each field, so that a change reads well in a diff.
  func text() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    func json(_ value: some Encodable) throws -> String {
      String(decoding: try encoder.encode(value), as: UTF8.self)
    }
    func table(_ values: [String: String]) throws -> String {
      try values.sorted { $0.key < $1.key }
        .map { "    \(try json($0.key)): \(try json($0.value))" }.joined(separator: ",\n")
    }
    let structs = try structs.map { entry in
      let fields = try entry.fields.map { "      \(try json($0))" }.joined(separator: ",\n")
      return """
            {"name": \(try json(entry.name)), "size": \(entry.size), "alignment": \
        \(entry.alignment), "fields": [
        \(fields)
            ]}
        """
    }
    return """
      {
        "structs": [
      \(structs.joined(separator: ",\n"))
        ],
        "constants": {
      \(try table(constants))
        },
        "macros": \(try json(macros)),
        "types": {
      \(try table(types))
        },
        "functions": {
      \(try table(functions))
        }
      }

      """
  }
}
