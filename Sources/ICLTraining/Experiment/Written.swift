/// A part of a configuration as it was written, and where: what files and the command line become
/// before they mean anything.
package struct Written {
  package indirect enum Value {
    /// `null`, `~` or nothing at all: takes back what an inherited file says.
    case nothing
    case scalar(String, isQuoted: Bool)
    case list([Written])
    case mapping([Entry])
  }

  package struct Entry {
    package var key: String
    package var origin: ValueOrigin
    package var value: Written
  }

  package var value: Value
  package var origin: ValueOrigin

  package init(_ value: Value, _ origin: ValueOrigin) {
    self.value = value
    self.origin = origin
  }

  static func empty(_ origin: ValueOrigin) -> Written { Written(.mapping([]), origin) }

  var isNothing: Bool { if case .nothing = value { true } else { false } }

  /// "a list", for errors.
  package var kind: String {
    switch value {
    case .nothing: "nothing"
    case .scalar(let text, _): "'\(text)'"
    case .list: "a list"
    case .mapping: "a mapping"
    }
  }

  subscript(key: String) -> Written? {
    guard case .mapping(let entries) = value else { return nil }
    return entries.first { $0.key == key }?.value
  }

  /// What is at a path, whose keys may each be on the way to others.
  subscript(path: ArraySlice<String>) -> Written? {
    guard let key = path.first else { return self }
    return self[key]?[path.dropFirst()]
  }

  /// Sets a value below, and makes the mappings on the way.
  mutating func set(_ path: ArraySlice<String>, _ new: Written) {
    guard let key = path.first else { return self = new }
    var entries: [Entry] = []
    if case .mapping(let present) = value { entries = present }
    if let index = entries.firstIndex(where: { $0.key == key }) {
      entries[index].value.set(path.dropFirst(), new)
      entries[index].origin = path.count == 1 ? new.origin : entries[index].origin
    } else {
      var below = Written.empty(new.origin)
      below.set(path.dropFirst(), new)
      entries.append(Entry(key: key, origin: new.origin, value: below))
    }
    value = .mapping(entries)
  }

  /// This with another on top: mappings are joined key by key, everything else is replaced.
  ///
  /// A component that is replaced by another takes its options along.
  func overlaid(by other: Written) -> Written {
    guard case .mapping(let below) = value, case .mapping(let above) = other.value else {
      return other
    }
    var entries = below
    if let new = other["component"]?.scalar, let old = self["component"]?.scalar, new != old {
      entries = []
    }
    for entry in above {
      if let index = entries.firstIndex(where: { $0.key == entry.key }) {
        entries[index].value = entries[index].value.overlaid(by: entry.value)
        entries[index].origin = entry.origin
      } else {
        entries.append(entry)
      }
    }
    return Written(.mapping(entries), other.origin)
  }

  var scalar: String? { if case .scalar(let text, _) = value { text } else { nil } }
}
