import ICLPlugins
import ICLTraining

/// Components as a table, and one component with its options.
enum ListingText {
  static func list(_ components: [ComponentListing]) -> String {
    var table = TextTable([
      ("kind", .left), ("name", .left), ("version", .left), ("plugin", .left), ("what", .left),
    ])
    // Stable, so that a name of an earlier folder stays first.
    let kinds = ["model", "task", "metric", "optimizer"]
    for component in kinds.flatMap({ kind in components.filter { $0.kind == kind } }) {
      table.add([
        component.kind, component.id, component.version, component.plugin, component.summary,
      ])
    }
    return table.text
  }

  static func describe(_ components: [ComponentListing]) -> String {
    components.map(describe).joined(separator: "\n\n")
  }

  private static func describe(_ component: ComponentListing) -> String {
    let place = component.path.isEmpty ? "" : "\n\(component.path)"
    let heading = """
      \(component.kind) \(component.id) \(component.version), in \(component.plugin)\(place)
      \(component.summary)
      """
    guard !component.options.isEmpty else { return "\(heading)\n\nIt has no options." }
    var table = TextTable([
      ("option", .left), ("default", .left), ("values", .left), ("what", .left),
    ])
    for option in component.options {
      let unit = option.unit.map { ", in \($0)" } ?? ""
      table.add([
        "\(component.kind).\(option.name)",
        option.defaultText.isEmpty ? "(empty)" : option.defaultText, values(option),
        option.summary + unit,
      ])
    }
    return "\(heading)\n\n\(table.text)"
  }

  /// "integer from 1 to 64", "merged|separate"
  private static func values(_ option: OptionDeclaration) -> String {
    if option.type == .choice { return option.choices.joined(separator: "|") }
    let number = { (value: Double) in
      abs(value) < 1e15 && value == value.rounded() ? "\(Int(value))" : "\(value)"
    }
    return option.type.name
      + (option.minimum.map { " from \(number($0))" } ?? "")
      + (option.maximum.map { " to \(number($0))" } ?? "")
  }
}
