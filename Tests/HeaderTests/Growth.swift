/// The rule of a minor version: everything stays where it was; new things are added at the ends.
enum Growth {
  /// What a newer header broke, one sentence each; empty if it only grew.
  static func violations(from old: Snapshot, to new: Snapshot) -> [String] {
    var found: [String] = []
    let structs = Dictionary(uniqueKeysWithValues: new.structs.map { ($0.name, $0) })
    for entry in old.structs {
      guard let now = structs[entry.name] else {
        found.append("\(entry.name) is gone")
        continue
      }
      found += violations(from: entry, to: now)
    }
    for (name, value) in old.constants.sorted(by: { $0.key < $1.key }) {
      if name == "ICL_ABI_MINOR" { continue }
      if let now = new.constants[name] {
        if now != value { found.append("\(name) was \(value) and is \(now)") }
      } else {
        found.append("\(name) is gone")
      }
    }
    for name in old.macros where !new.macros.contains(name) { found.append("\(name) is gone") }
    for (before, after) in [(old.types, new.types), (old.functions, new.functions)] {
      for (name, type) in before.sorted(by: { $0.key < $1.key }) where after[name] != type {
        found.append("\(name) was \(type) and is \(after[name] ?? "gone")")
      }
    }
    if let before = old.version, let after = new.version, after.minor < before.minor {
      found.append("the minor version fell from \(before.minor) to \(after.minor)")
    }
    return found
  }

  static func violations(from old: Snapshot.Struct, to new: Snapshot.Struct) -> [String] {
    var found: [String] = []
    for (index, field) in old.fields.enumerated() {
      let place = "\(old.name), field \(index + 1)"
      guard index < new.fields.count else {
        found.append("\(place): \(field.name) is gone")
        continue
      }
      let now = new.fields[index]
      if now.declaration != field.declaration {
        found.append("\(place) was `\(field.declaration)` and is `\(now.declaration)`")
      } else if now != field {
        found.append(
          "\(place): \(field.name) was \(field.size) bytes at \(field.offset) and is "
            + "\(now.size) bytes at \(now.offset)")
      }
    }
    if new.size < old.size {
      found.append("\(old.name) shrank from \(old.size) to \(new.size) bytes")
    }
    if new.alignment != old.alignment {
      found.append("\(old.name) was aligned to \(old.alignment) and is to \(new.alignment)")
    }
    if !old.isSized, new.size != old.size || new.fields.count != old.fields.count {
      found.append("\(old.name) has no struct_size and can never grow")
    }
    // An old writer's struct_size covers its padding, which says nothing about a field put there.
    for field in new.fields.dropFirst(old.fields.count) where field.offset < old.size {
      found.append("\(new.name): \(field.name) lies in what was padding")
    }
    return found
  }
}
