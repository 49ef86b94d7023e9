import Foundation

extension Snapshot {
  /// Asks clang what the header declares, and gcc and clang where each field lies.
  init(_ header: Header) throws {
    guard let clang = Tool("clang") else {
      throw ToolFailure(
        command: "clang", status: 127, text: "clang comes with Swift; put it in PATH")
    }
    self = try withTemporaryFolder { folder in
      let include = try header.write(into: folder)
      let path = "\(include)/icl/icl.h"
      let tree = try clang.demand(
        ["-std=c11", "-Xclang", "-ast-dump=json", "-fsyntax-only", "-x", "c", path])
      let macros = try clang.demand(["-std=c11", "-dM", "-E", "-x", "c", path])
      var snapshot = try Snapshot(tree: Data(tree.utf8), text: Array(header.text.utf8))
      snapshot.addMacros(macros)

      let program = folder.appendingPathComponent("layout.c")
      try snapshot.layoutProgram().write(to: program, atomically: true, encoding: .utf8)
      let numbers = try ["clang", "gcc"].compactMap { Tool($0) }.map { compiler in
        let binary = folder.appendingPathComponent("layout").path
        try compiler.demand(["-std=c11", "-w", "-I", include, program.path, "-o", binary])
        return try Tool(binary: binary).demand([])
      }
      guard Set(numbers).count == 1 else {
        throw ToolFailure(command: "layout", status: 1, text: "gcc and clang disagree")
      }
      return snapshot.placed(numbers[0].split(whereSeparator: \.isWhitespace).map { Int($0)! })
    }
  }

  /// Declarations from clang's syntax tree; sizes and offsets are 0 until `placed`.
  private init(tree: Data, text: [UInt8]) throws {
    self.init(structs: [], constants: [:], macros: [], types: [:], functions: [:])
    func source(_ node: Node) -> String {
      guard let range = node.range, let begin = range.begin.offset, let end = range.end.offset
      else { return "" }
      let bytes = text[begin..<(end + (range.end.tokLen ?? 0))]
      return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        .joined(separator: " ")
    }
    let root = try JSONDecoder().decode(Node.self, from: tree)
    for node in root.inner ?? [] {
      guard let name = node.name, name.hasPrefix("icl_") else { continue }
      switch node.kind {
      case "RecordDecl" where node.completeDefinition == true:
        let fields = (node.inner ?? []).filter { $0.kind == "FieldDecl" }.map {
          Field(name: $0.name ?? "", declaration: source($0), offset: 0, size: 0)
        }
        structs.append(Struct(name: name, size: 0, alignment: 0, fields: fields))
      case "TypedefDecl":
        if let type = node.type?.qualType, type != "struct \(name)" { types[name] = type }
      case "FunctionDecl":
        functions[name] = node.type?.qualType
      default: break
      }
    }
  }

  private mutating func addMacros(_ lines: String) {
    for line in lines.split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 2)
      guard words.count == 3, words[1].hasPrefix("ICL_") else { continue }
      let name = String(words[1])
      if name.contains("(") || words[2].contains("__attribute__") {
        macros.append(String(name.prefix { $0 != "(" }))
      } else {
        constants[name] = String(words[2])
      }
    }
    macros.sort()
  }

  /// A program that prints size and alignment of each struct, and offset and size of its fields.
  private func layoutProgram() -> String {
    let lines = structs.flatMap { entry in
      ["  P(sizeof(\(entry.name))) P(_Alignof(\(entry.name)))"]
        + entry.fields.map {
          "  P(offsetof(\(entry.name), \($0.name))) P(sizeof(((\(entry.name) *)0)->\($0.name)))"
        }
    }
    return """
      #include <icl/icl.h>
      #include <stdio.h>
      #define P(value) printf("%zu\\n", (size_t)(value));
      int main(void) {
      \(lines.joined(separator: "\n"))
        return 0;
      }

      """
  }

  /// With the numbers that the layout program printed.
  private func placed(_ numbers: [Int]) -> Snapshot {
    var rest = numbers[...]
    var result = self
    result.structs = structs.map { entry in
      let size = rest.removeFirst()
      let alignment = rest.removeFirst()
      let fields = entry.fields.map { field in
        Field(
          name: field.name, declaration: field.declaration, offset: rest.removeFirst(),
          size: rest.removeFirst())
      }
      return Struct(name: entry.name, size: size, alignment: alignment, fields: fields)
    }
    return result
  }
}

/// The parts of clang's JSON syntax tree that say what is declared.
private struct Node: Decodable {
  struct Place: Decodable {
    let offset: Int?
    let tokLen: Int?
  }
  struct Range: Decodable {
    let begin: Place
    let end: Place
  }
  struct Spelling: Decodable {
    let qualType: String
  }
  let kind: String?
  let name: String?
  let completeDefinition: Bool?
  let range: Range?
  let type: Spelling?
  let inner: [Node]?
}
