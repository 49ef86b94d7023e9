import ICLPlugins
import ICLRecords

/// The JSON documents of `list` and `describe`.
extension ComponentListing {
  /// - Parameter refusals: libraries in the search path that cannot be used.
  public static func document(
    _ components: [ComponentListing], refusals: [PluginCatalog.Refusal]
  ) -> JSON {
    [
      "components": .array(components.map { $0.json(withOptions: false) }),
      "refused": .array(
        refusals.map { ["path": .text($0.path), "reason": .text($0.error.message)] }),
    ]
  }

  public static func document(_ components: [ComponentListing]) -> JSON {
    ["components": .array(components.map { $0.json(withOptions: true) })]
  }

  private func json(withOptions: Bool) -> JSON {
    var document: JSON = [
      "kind": .text(kind), "id": .text(id), "version": .text(version), "plugin": .text(plugin),
      "path": .text(path), "summary": .text(summary),
    ]
    if withOptions { document.add("options", .array(options.map(\.json))) }
    return document
  }
}

extension OptionDeclaration {
  var json: JSON {
    [
      "name": .text(name), "type": .text(type.name), "default": .text(defaultText),
      "summary": .text(summary), "unit": unit.map { .text($0) } ?? nil,
      "choices": .array(choices.map { .text($0) }),
      "minimum": minimum.map { .real($0) } ?? nil, "maximum": maximum.map { .real($0) } ?? nil,
    ]
  }
}
