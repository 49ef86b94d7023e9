/// What a package of one kind in one language is made of.
public struct PackageTemplate: Sendable {
  public enum Kind: String, CaseIterable, Sendable { case model, task, metric, optimizer }
  public enum Language: String, CaseIterable, Sendable { case c, cpp, rust, swift }

  /// Where the parts are that come with icl-host.
  public struct Sources: Sendable {
    /// Registry/templates.
    public var templates: String
    /// The file icl.h.
    public var header: String
    /// The folder that holds CICL and ICLKit.
    public var swift: String

    public init(templates: String, header: String, swift: String) {
      self.templates = templates
      self.header = header
      self.swift = swift
    }
  }

  public let kind: Kind
  public let language: Language
  let sources: Sources

  public init(_ kind: Kind, _ language: Language, from sources: Sources) {
    self.kind = kind
    self.language = language
    self.sources = sources
  }

  /// Folders whose files are copied with the names put in.
  var folders: [String] {
    ["\(language)/common", "\(language)/\(kind)", "shared/\(kind)"].map {
      "\(sources.templates)/\($0)"
    }
  }

  /// What is copied as it is: a file or folder, and its place in the package.
  var copies: [(source: String, place: String)] {
    language == .swift
      ? ["CICL", "ICLKit"].map { ("\(sources.swift)/\($0)", "Sources/\($0)") }
      : [(sources.header, "include/icl/icl.h")]
  }
}
