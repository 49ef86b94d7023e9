import ICLPlugins
import ICLRecords

private let jsonWords = [
  "{", "}", "[", "]", ",", ":", "\"", "null", "true", "false", "0", "-1", "1e308", "1e309",
  "\\u0000", "\\ud800", "\\udc00", "\u{FEFF}", "9223372036854775808", "-9223372036854775808",
  "1.5", "\\",
]

/// Damaged manifests of plugins.
struct ManifestTarget: FuzzTarget {
  static let name = "manifest"
  private let examples: [[UInt8]]

  init(_ place: FuzzPlace) throws {
    examples = place.examples(in: "Registry/plugins", ending: ".json")
    guard !examples.isEmpty else { throw Contradiction("Registry/plugins has no manifest") }
  }

  mutating func run(_ random: inout Generator) throws {
    let bytes = Mutation.applied(
      to: random.pick(examples), words: jsonWords, mixing: examples, &random)
    let manifest: PluginManifest
    do {
      manifest = try PluginManifest(json: String(decoding: bytes, as: UTF8.self))
    } catch {
      guard error.code == .badManifest else { throw Contradiction("refused as \(error.code)") }
      return
    }
    guard try PluginManifest(json: manifest.json()) == manifest else {
      throw Contradiction("a manifest is another one when it is written and read again")
    }
  }
}

/// Damaged JSON.
struct JSONTarget: FuzzTarget {
  static let name = "json"
  private let examples: [[UInt8]]

  init(_ place: FuzzPlace) {
    examples =
      place.examples(in: "Registry/papers", ending: ".json")
      + place.examples(in: "Registry/plugins", ending: ".json").prefix(4)
  }

  mutating func run(_ random: inout Generator) throws {
    var bytes = random.pick(examples)
    // Short pieces reach more states than long documents do.
    if random.chance(1, in: 2) {
      let start = random.below(bytes.count)
      bytes = Array(bytes[start..<min(bytes.count, start + random.below(64))])
    }
    bytes = Mutation.applied(to: bytes, words: jsonWords, mixing: examples, &random)
    guard let document = try? JSON(parsing: bytes) else { return }
    guard let again = try? JSON(parsing: document.text), again == document else {
      throw Contradiction("a document is another one when it is written and read again")
    }
  }
}
