import ICLPlugins

/// A named value, and what its readers on the way to the prediction read in its place.
public struct Patch: Hashable, Sendable, CustomStringConvertible {
  public enum Content: String, Hashable, Sendable, CaseIterable {
    case zero
    /// Its mean over the prompts, as it is without a patch.
    case mean
    /// What it is for the next prompt, without a patch.
    case otherPrompt = "other-prompt"
  }

  public var name: String
  public var content: Content

  public init(name: String, content: Content) {
    self.name = name
    self.content = content
  }

  /// Reads `layers.1.attention.scores=zero`.
  public init(_ text: String) throws(Failure) {
    guard let equals = text.lastIndex(of: "=") else {
      throw Failure(
        .usage, key: "--patch", "'\(text)' has no '='.",
        hint: "Write NODE=\(Self.contents), such as layers.1.attention.scores=zero.")
    }
    let word = String(text[text.index(after: equals)...])
    guard let content = Content(rawValue: word) else {
      let known = Content.allCases.map(\.rawValue)
      throw Failure(
        .usage, key: "--patch", "'\(word)' is nothing that a value can become.",
        hint: nearestName(to: word, among: known).map { "Did you mean '\($0)'?" }
          ?? "Known are: \(known.joined(separator: ", ")).")
    }
    self.init(name: String(text[..<equals]), content: content)
  }

  public var description: String { "\(name)=\(content.rawValue)" }

  private static var contents: String {
    Content.allCases.map(\.rawValue).joined(separator: "|")
  }
}
