/// The name of a component in its three spellings.
public struct ComponentName: Hashable, Sendable {
  /// my-attention: the component, the package, and the library.
  public let kebab: String

  /// nil if it is not kebab-case that begins with a letter, or is too long for a file.
  public init?(_ text: String) {
    let words = text.split(separator: "-", omittingEmptySubsequences: false)
    let isKebab = words.allSatisfy { word in
      !word.isEmpty
        && word.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) }
    }
    guard isKebab, text.count <= 64, text.utf8.first.map({ $0 >= 97 }) == true else { return nil }
    kebab = text
  }

  /// my_attention: a Rust library, a C struct.
  public var snake: String { String(kebab.map { $0 == "-" ? "_" : $0 }) }

  /// MyAttention: a type, a Swift target.
  public var pascal: String {
    kebab.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }

  /// The text with the names of the templates replaced.
  func applied(to text: String) -> String {
    text.replacing("my-component", with: kebab).replacing("my_component", with: snake)
      .replacing("MyComponent", with: pascal)
  }
}
