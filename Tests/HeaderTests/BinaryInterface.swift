import Foundation

/// The header as libabigail sees it: a library with a function for each struct, built with debug
/// information.
struct BinaryInterface {
  let snapshot: Snapshot

  init(_ snapshot: Snapshot) { self.snapshot = snapshot }

  /// Compiles the library and returns its path.
  func build(_ header: Header, in folder: URL) throws -> String {
    guard let gcc = Tool("gcc") else {
      throw ToolFailure(command: "gcc", status: 127, text: "gcc is needed")
    }
    let include = try header.withoutAsserts().write(into: folder)
    let functions = snapshot.structs.map {
      "void use_\($0.name)(const \($0.name) *value) { (void)value; }"
    }
    let text = "#include <icl/icl.h>\n" + functions.joined(separator: "\n") + "\n"
    try text.write(
      to: folder.appendingPathComponent("use.c"), atomically: true, encoding: .utf8)
    // Relative names: debug information keeps them, and the description must not differ by folder.
    try gcc.demand(
      ["-std=c11", "-w", "-g", "-shared", "-fPIC", "-I", include, "use.c", "-o", "use.so"],
      in: folder)
    return folder.appendingPathComponent("use.so").path
  }

  /// Writes libabigail's description, without anything of this machine.
  func write(_ header: Header, to file: URL) throws {
    guard let abidw = Tool("abidw") else {
      throw ToolFailure(
        command: "abidw", status: 127, text: "install abigail-tools to regenerate the snapshots")
    }
    try withTemporaryFolder { folder in
      try abidw.demand([
        "--no-comp-dir-path", "--no-show-locs", "--no-corpus-path", "--no-architecture",
        "--type-id-style", "hash", "--out-file", file.path, try build(header, in: folder),
      ])
    }
  }

  /// What abidiff reports between a description and the header; empty if nothing changed.
  func difference(from description: URL, to header: Header) throws -> [String] {
    guard let abidiff = Tool("abidiff") else {
      throw ToolFailure(command: "abidiff", status: 127, text: "install abigail-tools")
    }
    return try withTemporaryFolder { folder in
      // Bits of the status: 1 failure, 2 usage, 4 a change, 8 an incompatible change.
      let outcome = try abidiff.run([
        "--no-architecture", "--leaf-changes-only", "--harmless", "--no-show-locs",
        description.path, try build(header, in: folder),
      ])
      guard outcome.status & 3 == 0 else {
        throw ToolFailure(command: "abidiff", status: outcome.status, text: outcome.text)
      }
      if outcome.status == 0 { return [] }
      return outcome.output.split(separator: "\n").map(String.init)
    }
  }
}

extension BinaryInterface {
  /// The lines of a report that are more than growth at the end of structs.
  ///
  /// abidiff's own suppressions ("has_data_member_inserted_at = end") also let reordered and retyped
  /// members pass, so this reads the report: only what is known to be growth is allowed.
  static func violations(in report: [String]) -> [String] {
    var found: [String] = []
    var oldSize = 0
    for line in report {
      let text = line.trimmingCharacters(in: .whitespaces)
      if text.contains("summary: ") && !text.contains("artifact") {
        if !text.contains("0 Removed, 0 Changed") && text.contains("Removed") {
          found.append(text)
        }
        continue
      }
      if text.hasPrefix("Leaf changes summary:") { continue }
      if let sizes = text.wholeMatch(of: /type size changed from (\d+) to (\d+) \(in bits\)/),
        let before = Int(sizes.1), let after = Int(sizes.2), after > before
      {
        oldSize = before
        continue
      }
      if let place = text.wholeMatch(of: /'.*', at offset (\d+) \(in bits\)/),
        let offset = Int(place.1), offset >= oldSize, oldSize > 0
      {
        continue
      }
      if text.contains(/^'struct icl_\w+' changed:$/) {
        oldSize = 0
        continue
      }
      if text.contains(/^\d+ data member insertions?:$/) { continue }
      if text.contains(/^\d+ Added functions?:$/) || text.hasPrefix("[A] 'function void use_icl_") {
        continue
      }
      found.append(text)
    }
    return found
  }
}
