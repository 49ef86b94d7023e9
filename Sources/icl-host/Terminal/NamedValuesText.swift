import ICLRecords
import ICLTraining

/// The values inside a model as a table.
enum NamedValuesText {
  static func text(_ named: NamedValues) -> String {
    var table = TextTable([
      ("value", .left), ("shape", .left), ("differs", .left), ("FLOPs", .right),
    ])
    for value in named.values {
      table.add([
        value.name, "[\(value.shape.map(String.init).joined(separator: ", "))]",
        value.isBatched ? "by prompt" : "by step", value.flops == 0 ? "" : "\(Int(value.flops))",
      ])
    }
    return table.text
  }

  static func document(_ named: NamedValues) -> JSON {
    [
      "values": .array(
        named.values.map { value in
          [
            "name": .text(value.name), "shape": .array(value.shape.map { .integer($0) }),
            "differs_by_prompt": .boolean(value.isBatched), "flops": .real(value.flops),
          ]
        })
    ]
  }
}
