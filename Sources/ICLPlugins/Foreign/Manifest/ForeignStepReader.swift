/// Reads calls, copies, fills and buffers of a manifest, against the functions that it declares.
struct ForeignStepReader {
  let manifest: ForeignManifest
  let typedefs: [String: CType]

  func step(_ node: ForeignNode) throws(PluginError) -> ForeignManifest.Step {
    var step = ForeignManifest.Step(action: try action(node), repeats: nil, place: node.place)
    if let entry = node.optional("repeat") {
      try entry.keys("index", "count")
      step.repeats = (
        try entry.required("index").text(), try entry.required("count").expression()
      )
    }
    return step
  }

  private func action(_ node: ForeignNode) throws(PluginError) -> ForeignManifest.Action {
    if node.optional("call") != nil { return .call(try call(node)) }
    if node.optional("copy") != nil {
      try node.keys("copy", "to", "count", "repeat")
      return .copy(
        from: try slice(try node.required("copy")), to: try slice(try node.required("to")),
        count: try node.required("count").expression())
    }
    if node.optional("fill") != nil {
      try node.keys("fill", "value", "count", "repeat")
      return .fill(
        try slice(try node.required("fill")), value: try node.required("value").expression(),
        count: try node.required("count").expression())
    }
    throw node.refuse("a step is one of: call, copy, fill.")
  }

  /// `"gram"`, or with its start and the distance of its elements.
  private func slice(_ node: ForeignNode) throws(PluginError) -> ForeignManifest.Slice {
    if case .text(let name) = node.value {
      return ForeignManifest.Slice(array: name, offset: .number(0), stride: .number(1))
    }
    try node.keys("array", "offset", "stride")
    return ForeignManifest.Slice(
      array: try node.required("array").text(),
      offset: try node.optional("offset")?.expression() ?? .number(0),
      stride: try node.optional("stride")?.expression() ?? .number(1))
  }

  private func call(_ node: ForeignNode) throws(PluginError) -> ForeignManifest.Call {
    try node.keys("call", "arguments", "returns", "status", "repeat")
    let nameNode = try node.required("call")
    let name = try nameNode.text()
    guard let function = manifest.functions[name] else {
      throw nameNode.refuse(
        "no function '\(name)' is declared.",
        hint: suggestion(for: name, among: Array(manifest.functions.keys), things: "functions"))
    }
    let arguments = node.optional("arguments")
    let names = function.parameters.map(\.name)
    for (key, entry) in try arguments?.entries() ?? [] where !names.contains(key) {
      throw entry.refuse(
        "\(name) has no parameter '\(key)'.",
        hint: suggestion(for: key, among: names, things: "parameters"))
    }
    var sources: [ForeignManifest.Source] = []
    for parameter in function.parameters {
      guard let entry = arguments?.optional(parameter.name) else {
        throw node.refuse("\(name) gets nothing for its parameter '\(parameter.name)'.")
      }
      sources.append(try source(entry, for: parameter))
    }
    var call = ForeignManifest.Call(function: function, arguments: sources)
    if let returns = node.optional("returns") {
      if let handle = returns.optional("handle") {
        try returns.keys("handle")
        guard case .pointer = function.result else {
          throw handle.refuse("\(name) returns \(function.result), which is no pointer to keep.")
        }
        call.handle = try handle.text()
      } else {
        guard function.result.isNumber else {
          throw returns.refuse("\(name) returns \(function.result), which is no number.")
        }
        call.result = try slice(returns)
      }
    }
    if let status = node.optional("status") { call.status = try self.status(status, function) }
    return call
  }

  private func status(
    _ node: ForeignNode, _ function: CFunction
  ) throws(PluginError) -> ForeignManifest.Status {
    try node.keys("of", "good", "texts")
    var status = ForeignManifest.Status(array: nil, good: [], texts: [:])
    let of = try node.required("of").text()
    if of != "return" { status.array = of }
    if status.array == nil, case .integer = function.result {
    } else if status.array == nil {
      throw node.refuse("\(function.name) returns \(function.result), which is no result code.")
    }
    status.good = try node.each("good") { (code) throws(PluginError) in try code.whole() }
    for (key, entry) in try node.optional("texts")?.entries() ?? [] {
      guard Int(key) != nil || ["negative", "positive", "other"].contains(key) else {
        throw entry.refuse("expected a whole number, negative, positive or other.")
      }
      status.texts[key] = try entry.text()
    }
    return status
  }

  func source(
    _ node: ForeignNode, for parameter: CParameter
  ) throws(PluginError) -> ForeignManifest.Source {
    switch node.value {
    case .null: return .null
    case .number(let number): return .value(.number(number))
    case .text:
      let formula = try node.expression()
      // A bare name may be an array's; ForeignScope decides.
      return .value(formula)
    case .mapping: break
    default: throw node.refuse("expected where the argument comes from, found \(node.value.kind).")
    }
    let kinds = [
      "array", "element", "text", "workspace", "workspace-size", "handle", "variable", "callback",
    ]
    guard let kind = kinds.first(where: { node.optional($0) != nil }) else {
      let found = try node.entries().first?.key ?? ""
      throw node.refuse(
        "'\(found)' is no source of an argument.",
        hint: suggestion(for: found, among: kinds, things: "sources"))
    }
    let value = try node.required(kind)
    let offset = try node.optional("offset")?.expression() ?? .number(0)
    switch kind {
    case "array":
      try node.keys("array", "offset")
      return .array(try value.text(), offset: offset)
    case "element":
      try node.keys("element", "offset", "scale")
      return .element(
        try value.text(), offset: offset,
        scale: try node.optional("scale")?.expression() ?? .number(1))
    case "variable":
      try node.keys("variable")
      let name = try value.text()
      guard let variable = manifest.variables[name] else {
        throw value.refuse(
          "no variable '\(name)' is declared.",
          hint: suggestion(for: name, among: Array(manifest.variables.keys), things: "variables"))
      }
      return .variable(variable)
    default:
      try node.keys(kind)
      let name = try value.text()
      return switch kind {
      case "text": .text(name)
      case "workspace": .workspace(name)
      case "workspace-size": .workspaceSize
      case "handle": .handle(name)
      default: .callback(name)
      }
    }
  }

  func buffer(_ node: ForeignNode) throws(PluginError) -> ForeignManifest.Buffer {
    if node.optional("struct") != nil { return try structure(node) }
    try node.keys("name", "type", "extent")
    let typeNode = try node.required("type")
    let text = try typeNode.text()
    let typedefs = typedefs
    let type = try typeNode.parsing { () throws(CDeclarationParser.Mistake) in
      var parser = try CDeclarationParser(text, typedefs: typedefs)
      return try parser.type()
    }
    guard type.isNumber else {
      throw typeNode.refuse("expected a type of numbers, such as double or int, found '\(text)'.")
    }
    return ForeignManifest.Buffer(
      name: try node.required("name").text(), type: type,
      extent: try node.required("extent").expression())
  }

  private func structure(_ node: ForeignNode) throws(PluginError) -> ForeignManifest.Buffer {
    try node.keys("name", "struct", "layout", "fields")
    let layout = try node.required("layout")
    let text = try layout.text()
    let typedefs = typedefs
    let fields = try layout.parsing { () throws(CDeclarationParser.Mistake) in
      var parser = try CDeclarationParser(text, typedefs: typedefs)
      return try parser.fields()
    }
    let sources = try node.required("fields")
    for (key, entry) in try sources.entries() where !fields.contains(where: { $0.name == key }) {
      throw entry.refuse(
        "the struct has no field '\(key)'.",
        hint: suggestion(for: key, among: fields.map(\.name), things: "fields"))
    }
    var buffer = ForeignManifest.Buffer(
      name: try node.required("name").text(), type: .opaque(try node.required("struct").text()),
      extent: .number(1))
    for field in fields {
      guard let entry = sources.optional(field.name) else {
        throw sources.refuse("nothing is said for the field '\(field.name)'.")
      }
      buffer.fields.append((field, try source(entry, for: field)))
    }
    return buffer
  }
}
