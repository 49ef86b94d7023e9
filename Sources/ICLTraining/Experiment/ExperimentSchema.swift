import ICLPlugins
import ICLRecords

/// The JSON Schema (draft 2020-12) of experiments, made from the options of components, for editors.
///
/// It is a little narrower than what is read: it knows no option of a component that is given by its
/// path, and wants every number as a number.
public struct ExperimentSchema {
  private let components: [ComponentListing]
  /// The only component of a kind that there is, where one was asked for.
  private let chosen: [String: String]

  /// - Parameter chosen: by kind, "model": "linear-attention".
  public init(
    _ components: [ComponentListing], chosen: [String: String] = [:]
  ) throws(Failure) {
    for (kind, id) in chosen.sorted(by: { $0.key < $1.key }) {
      let known = components.filter { $0.kind == kind }.map(\.id)
      guard !known.contains(id) else { continue }
      throw Failure(
        .pluginRefused, key: "--\(kind)", "there is no \(kind) '\(id)'.",
        hint: nearestName(to: id, among: known).map { "Did you mean '\($0)'?" }
          ?? "See icl-host list.")
    }
    self.components = components
    self.chosen = chosen
  }

  public var document: JSON {
    var document: JSON = [
      "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "icl-host experiment",
      "type": "object",
    ]
    document.add("properties", properties)
    document.add("patternProperties", Self.dottedKeys)
    document.add("additionalProperties", false)
    document.add("anyOf", [["required": ["defaults"]], ["required": ["model", "task"]]])
    document.add(
      "$defs",
      ["schedule": Self.schedule, "steps": Self.object(Self.stepProperties)])
    return document
  }

  private var properties: JSON {
    var properties: JSON = [:]
    properties.add("name", ["type": "string", "description": "what it is called"])
    properties.add("defaults", Self.defaults)
    properties.add("model", component("model", "the model, or a predictor"))
    properties.add("task", component("task", "prompts and loss"))
    properties.add("optimizer", component("optimizer", "what moves the parameters"))
    properties.add("run", Self.object(self.properties(RunOptions.table)))
    properties.add("metrics", metrics)
    properties.add("evaluations", evaluations)
    properties.add("schedules", schedules)
    properties.add("record", record)
    return properties
  }

  private static let defaults: JSON = [
    "description": "files to inherit, relative to this one; later ones win",
    "anyOf": [["type": "string"], ["type": "array", "items": ["type": "string"]]],
  ]

  private static let dottedKeys: JSON = [
    "^(model|task|optimizer|run|evaluations|schedules|record)\\..+": [
      "description": "a.b: value stands for a: {b: value}"
    ]
  ]

  private func options(_ kind: String) -> [ComponentListing] {
    components.filter { $0.kind == kind && chosen[kind] ?? $0.id == $0.id }
  }

  // MARK: Components

  /// A name, or a mapping whose keys depend on the component.
  private func component(_ kind: String, _ description: String) -> JSON {
    [
      "description": .text(description),
      "anyOf": [name(of: kind), mapping(of: kind, fixed: [:], needsComponent: false)],
    ]
  }

  /// One that is there, or a path to a plugin.
  private func name(of kind: String) -> JSON {
    var options: [JSON] = self.options(kind).map {
      ["const": .text($0.id), "description": .text($0.summary)]
    }
    if chosen[kind] == nil {
      options.append(["type": "string", "pattern": "[/#]|\\.so$", "description": "a plugin's path"])
    }
    return ["anyOf": .array(options)]
  }

  private func mapping(of kind: String, fixed: JSON, needsComponent: Bool) -> JSON {
    var rules: [JSON] = options(kind).map { component in
      var known = Self.joined(fixed, properties(component.options))
      known.add("component", true)
      return [
        "if": [
          "properties": ["component": ["const": .text(component.id)]], "required": ["component"],
        ],
        "then": ["properties": known, "additionalProperties": false],
      ]
    }
    if !needsComponent {
      rules.append([
        "if": ["not": ["required": ["component"]]],
        "then": ["properties": unionOfProperties(kind), "additionalProperties": false],
      ])
    }
    var schema: JSON = [
      "type": "object", "properties": ["component": name(of: kind)], "allOf": .array(rules),
    ]
    if needsComponent { schema.add("required", ["component"]) }
    return schema
  }

  /// A file may give options of a component that another names.
  private func unionOfProperties(_ kind: String) -> JSON {
    var schemas: [String: [JSON]] = [:]
    for option in options(kind).flatMap(\.options) {
      let schema = option.schema
      if schemas[option.name]?.contains(schema) != true {
        schemas[option.name, default: []].append(schema)
      }
    }
    var result: JSON = [:]
    for (name, alternatives) in schemas.sorted(by: { $0.key < $1.key }) {
      result.add(
        name, alternatives.count == 1 ? alternatives[0] : ["anyOf": .array(alternatives)])
    }
    return result
  }

  private func properties(_ table: [OptionDeclaration]) -> JSON {
    var result: JSON = [:]
    for option in table { result.add(option.name, option.schema) }
    return result
  }

  private var metrics: JSON {
    [
      "description": "what evaluations measure",
      "type": "array",
      "items": [
        "anyOf": [
          name(of: "metric"),
          mapping(of: "metric", fixed: ["name": Self.metricName], needsComponent: true),
        ]
      ],
    ]
  }

  private static let metricName: JSON = [
    "type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$",
    "description": "what it reports under, where a metric is there twice",
  ]
}

// MARK: Steps

extension ExperimentSchema {
  private var evaluations: JSON {
    let properties = Self.joined(
      Self.stepProperties,
      [
        "prompts": [
          "type": "integer", "minimum": 2,
          "description": "how many; run.evaluation-prompts if it is not said",
        ],
        "prompts-of": [
          "enum": .array(EvaluationPlan.PromptSet.allCases.map { .text($0.rawValue) }),
          "description": "fresh prompts, or those of the fixed set that is trained on",
        ],
        "task": component("task", "options that differ from the run's task"),
        "metrics": metrics,
      ])
    return [
      "description": "evaluations by their names; test is always there",
      "type": "object",
      "propertyNames": ["pattern": "^[A-Za-z0-9_-]{1,64}(\\..+)?$"],
      "additionalProperties": [
        "anyOf": [["type": "null"], Self.object(properties)]
      ],
    ]
  }

  private var schedules: JSON {
    let schedule: JSON = ["anyOf": [["type": "null"], ["$ref": "#/$defs/schedule"]]]
    var known: JSON = [:]
    var seen: Set<String> = []
    for kind in ["model", "task", "optimizer"] {
      known.add(kind, ["type": "object", "additionalProperties": schedule])
      for option in options(kind).flatMap(\.options) {
        let isNumber = option.type == .integer || option.type == .real
        guard isNumber, seen.insert("\(kind).\(option.name)").inserted else { continue }
        known.add("\(kind).\(option.name)", schedule)
      }
    }
    return [
      "description": "options that change while the run trains", "type": "object",
      "properties": known,
      "patternProperties": ["^(model|task|optimizer)\\.[^.]+(\\..+)?$": true],
      "additionalProperties": false,
    ]
  }

  private var record: JSON {
    Self.object([
      "training-every": Self.count("steps between two losses of training batches"),
      "training": ["$ref": "#/$defs/steps"],
      "checkpoint-every": Self.count("steps between two checkpoints"),
      "checkpoints": ["$ref": "#/$defs/steps"],
    ])
  }

  private static let schedule = object(
    [
      "steps": [
        "type": "array", "minItems": 1, "items": ["type": "integer", "minimum": 0],
        "description": "steps from which on a value holds; the first is 0",
      ],
      "values": ["type": "array", "minItems": 1, "description": "one for each step"],
      "interpolation": [
        "enum": .array(OptionSchedule.Interpolation.allCases.map { .text($0.rawValue) }),
        "default": "step",
      ],
      "every": count("steps between changes, where values are interpolated"),
    ], ["required": ["steps", "values"]])

  private static let stepProperties: JSON = [
    "every": count("every so many steps"),
    "at": [
      "type": "array", "minItems": 1, "items": ["type": "integer", "minimum": 0],
      "description": "at these steps",
    ],
    "linear": count("so many steps, evenly spaced"),
    "logarithmic": count("so many steps in equal ratios"),
    "logarithmic-down": count("so many steps in equal ratios, rounded down"),
    "ends": ["type": "boolean", "description": "also before the first step and after the last"],
  ]

  private static func count(_ description: String) -> JSON {
    ["type": "integer", "minimum": 1, "description": .text(description)]
  }

  /// An object with these keys and no others.
  private static func object(_ properties: JSON, _ more: JSON = [:]) -> JSON {
    joined(
      ["type": "object", "properties": properties, "additionalProperties": false], more)
  }

  private static func joined(_ first: JSON, _ second: JSON) -> JSON {
    guard case .object(let members) = second else { return first }
    var result = first
    for member in members { result.add(member.key, member.value) }
    return result
  }
}

extension OptionDeclaration {
  var schema: JSON {
    var schema: JSON = [:]
    let range = { (schema: inout JSON) in
      if let minimum { schema.add("minimum", .real(minimum)) }
      if let maximum { schema.add("maximum", .real(maximum)) }
    }
    switch type {
    case .integer, .real:
      schema.add("type", type == .integer ? "integer" : "number")
      range(&schema)
    case .boolean: schema.add("type", "boolean")
    case .text: schema.add("type", "string")
    case .choice: schema.add("enum", .array(choices.map { .text($0) }))
    case .reals:
      var number: JSON = ["type": "number"]
      range(&number)
      schema.add("anyOf", [["type": "array", "items": number], number, ["type": "string"]])
    }
    if let value = try? OptionParser.parse(defaultText, for: self) {
      schema.add("default", value.json)
    }
    schema.add("description", .text(summary + (unit.map { ", in \($0)" } ?? "")))
    return schema
  }
}
