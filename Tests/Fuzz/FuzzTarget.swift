import Foundation

/// Something that reads what others wrote.
protocol FuzzTarget {
  static var name: String { get }
  /// Makes one input and feeds it. Throws a `Contradiction` where the answer cannot be right; the
  /// refusal of an input is not thrown.
  mutating func run(_ random: inout Generator) throws
}

/// An answer that cannot be right.
struct Contradiction: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// Where a target finds examples, and may write.
struct FuzzPlace {
  let repository: URL
  let folder: URL

  var input: String { folder.appendingPathComponent("input").path }

  /// All files below a folder of the repository with one of the endings.
  func examples(in path: String, ending: String) -> [[UInt8]] {
    let root = repository.appendingPathComponent(path)
    let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
    let found = (files?.allObjects as? [URL] ?? []).filter { $0.path.hasSuffix(ending) }
    return found.sorted { $0.path < $1.path }.compactMap { try? Array(Data(contentsOf: $0)) }
      .filter { $0.count < 200_000 }
  }

  func write(_ bytes: [UInt8]) throws { try Data(bytes).write(to: URL(fileURLWithPath: input)) }
}

enum FuzzTargets {
  static let names = [
    NoteTarget.name, ManifestTarget.name, JSONTarget.name, ExperimentTarget.name,
    PaperTarget.name, TensorTarget.name, ArchiveTarget.name, GraphTarget.name,
  ]

  static func make(_ name: String, _ place: FuzzPlace) throws -> any FuzzTarget {
    switch name {
    case NoteTarget.name: return NoteTarget(place)
    case ManifestTarget.name: return try ManifestTarget(place)
    case JSONTarget.name: return JSONTarget(place)
    case ExperimentTarget.name: return try ExperimentTarget(place)
    case PaperTarget.name: return try PaperTarget(place)
    case TensorTarget.name: return try TensorTarget(place)
    case ArchiveTarget.name: return try ArchiveTarget(place)
    case GraphTarget.name: return try GraphTarget(place)
    default:
      throw Contradiction("expected a target: \(names.joined(separator: ", ")); found \(name)")
    }
  }
}
