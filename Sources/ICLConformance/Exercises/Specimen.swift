internal import CICL
internal import ICLPlugins

/// An instance of a component, made by the suite with a host and memory of its own.
final class Specimen: @unchecked Sendable {
  let trial: Trial
  let component: Component
  let host: FakeHost
  let pointer: UnsafeMutableRawPointer?
  let settings: [String: String]
  /// Whether all options are at their defaults.
  let isPlain: Bool
  private var isDestroyed = false

  /// "model 'ridge'", "model 'ridge' with penalty=2"
  var name: String { Self.name(component, settings) }

  init(
    _ trial: Trial, _ component: Component, _ settings: [String: String] = [:],
    values: [OptionValue]? = nil, texts: [Int: [UInt8]] = [:], host: FakeHost? = nil
  ) throws {
    self.trial = trial
    isPlain = settings.isEmpty && values == nil && texts.isEmpty
    self.component = component
    self.settings = settings
    let host = host ?? FakeHost(trial)
    self.host = host
    let values = try values ?? component.values(settings)
    let options = trial.values(values, texts: texts)
    let made = trial.input("the instance", [UInt(0)]).address
      .assumingMemoryBound(to: UnsafeMutableRawPointer?.self)
    let table = component.table
    do {
      try trial.status("create of \(Self.name(component, settings))") { error in
        table.create(host.pointer, options, UInt32(values.count), made, error)
      }
    } catch {
      if made.pointee != nil { throw Finding(sentence: "\(error), but it left an instance") }
      throw error
    }
    pointer = made.pointee
  }

  private static func name(_ component: Component, _ settings: [String: String]) -> String {
    "\(component.kind) '\(component.id)'"
      + (settings.isEmpty ? "" : " with \(OptionCases.text(settings))")
  }

  func destroy() {
    guard !isDestroyed else { return }
    isDestroyed = true
    guard let pointer, let destroy = component.table.destroy else { return }
    trial.call("destroy of \(name)") { destroy(pointer) }
  }

  /// What it is tried with now, where that is another component.
  var company: Companion?

  func label(_ function: String) -> String {
    let others = company?.task == nil ? "" : ", with \(company!.name)"
    return "\(function) of \(name)\(others)"
  }
}

/// What an exercise computed: names and values, compared bit for bit.
struct Transcript: Hashable {
  private(set) var entries: [Entry] = []

  struct Entry: Hashable {
    let name: String
    let values: [Double]
    let bits: [UInt64]
    static func == (a: Entry, b: Entry) -> Bool { a.name == b.name && a.bits == b.bits }
    func hash(into hasher: inout Hasher) { hasher.combine(bits) }
  }

  mutating func add(_ name: String, _ values: [Double]) {
    entries.append(Entry(name: name, values: values, bits: values.map(\.bitPattern)))
  }

  mutating func add(_ name: String, _ values: [Float]) { add(name, values.map(Double.init)) }

  func values(_ name: String) -> [Double]? { entries.first { $0.name == name }?.values }

  /// The first place where another differs: "'predictions' value 3 is 0.5, and then 0.25".
  func difference(from other: Transcript) -> String? {
    guard entries.count == other.entries.count else {
      return "it gave \(entries.count) results, and then \(other.entries.count)"
    }
    for (a, b) in zip(entries, other.entries) where a != b {
      guard a.name == b.name, a.values.count == b.values.count else {
        return "'\(a.name)' (\(a.values.count) values) became '\(b.name)' (\(b.values.count))"
      }
      let index = a.bits.indices.first { a.bits[$0] != b.bits[$0] } ?? 0
      return "'\(a.name)', value \(index), is \(a.values[index]), and then \(b.values[index])"
    }
    return nil
  }
}
