import ICLPlugins
import ICLTraining

/// Finds papers: the folders with a paper.yaml in a few folders; of two with one name the first
/// counts.
public struct PaperCatalog: Sendable {
  public let folders: [String]

  public init(_ folders: [String]) { self.folders = folders }

  /// The folders of all papers, by name.
  public var papers: [(name: String, folder: String)] {
    var found: [String: String] = [:]
    for folder in folders {
      for name in FileTest.names(in: folder)
      where found[name] == nil && FileTest.exists("\(folder)/\(name)/\(Paper.fileName)") {
        found[name] = "\(folder)/\(name)"
      }
    }
    return found.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// A paper by its name, or by the path of its folder.
  public func paper(_ name: String) throws -> Paper {
    if let folder = papers.first(where: { $0.name == name })?.folder {
      return try Paper(reading: folder)
    }
    if FileTest.exists("\(name)/\(Paper.fileName)") { return try Paper(reading: name) }
    let names = papers.map(\.name)
    let nearest = nearestName(to: name, among: names)
    throw Failure(
      .missingInput, key: name, "there is no such paper.",
      hint: nearest.map { "Did you mean '\($0)'?" }
        ?? (names.isEmpty
          ? "No paper was found in: \(folders.joined(separator: ", ")). See --papers."
          : "There are: \(names.joined(separator: ", "))."))
  }

  /// "paper", "paper/figure-3a" or "paper/C23": the paper, and the id of one of its parts.
  ///
  /// A path with slashes is a paper where it holds a paper.yaml.
  public func find(_ words: String) throws -> (paper: Paper, part: String?) {
    if FileTest.exists("\(words)/\(Paper.fileName)") { return (try paper(words), nil) }
    guard let slash = words.lastIndex(of: "/") else { return (try paper(words), nil) }
    let paper = try paper(String(words[..<slash]))
    let part = String(words[words.index(after: slash)...])
    let parts = paper.figures.map(\.id) + paper.checks.map(\.id)
    guard parts.contains(part) else {
      let nearest = nearestName(to: part, among: parts)
      throw Failure(
        .missingInput, key: words, "the paper has no figure or check '\(part)'.",
        hint: nearest.map { "Did you mean '\($0)'?" }
          ?? "There are: \(parts.joined(separator: ", ")).")
    }
    return (paper, part)
  }
}
