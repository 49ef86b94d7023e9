extension ForeignManifest {
  /// Reads a manifest and checks all that can be checked without its library.
  init(json: String, path: String) throws(PluginError) {
    let root = try ForeignNode(json: json, file: path)
    try root.keys(
      "foreign", "name", "version", "license", "url", "package", "libraries", "types", "functions",
      "variables", "components")
    let format = try root.required("foreign").whole()
    guard format == 1 else {
      throw root.refuse("the manifest has format \(format), this host reads format 1.")
    }
    name = try root.required("name").identifier()
    version = try root.required("version").text()
    license = try root.required("license").text()
    url = try root.optional("url")?.text()
    package = try root.optional("package")?.text()
    libraries = []
    for library in try root.required("libraries").list() { libraries.append(try library.text()) }
    guard !libraries.isEmpty else { throw root.refuse("'libraries' is empty.") }
    let typedefs = try Self.typedefs(root)
    for node in try root.required("functions").list() {
      let text = try node.text()
      let function = try node.parsing { () throws(CDeclarationParser.Mistake) in
        var parser = try CDeclarationParser(text, typedefs: typedefs)
        return try parser.function()
      }
      guard functions.updateValue(function, forKey: function.name) == nil else {
        throw node.refuse("'\(function.name)' is declared twice.")
      }
    }
    for node in try root.optional("variables")?.list() ?? [] {
      let text = try node.text()
      let variable = try node.parsing { () throws(CDeclarationParser.Mistake) in
        var parser = try CDeclarationParser(text, typedefs: typedefs)
        return try parser.variable()
      }
      variables[variable.name] = variable
    }
    for node in try root.required("components").list() {
      let component = try Component(node, typedefs: typedefs, manifest: self)
      guard !components.contains(where: { $0.kind == component.kind && $0.id == component.id })
      else { throw node.refuse("the \(component.kind) '\(component.id)' is there twice.") }
      components.append(component)
    }
    guard !components.isEmpty else { throw root.refuse("'components' is empty.") }
  }

  private static func typedefs(_ root: ForeignNode) throws(PluginError) -> [String: CType] {
    var typedefs: [String: CType] = [:]
    for (name, node) in try root.optional("types")?.entries() ?? [] {
      let text = try node.text()
      typedefs[name] = try node.parsing { () throws(CDeclarationParser.Mistake) in
        var parser = try CDeclarationParser(text)
        return try parser.type()
      }
    }
    return typedefs
  }
}

extension ForeignManifest.Component {
  init(
    _ node: ForeignNode, typedefs: [String: CType], manifest: ForeignManifest
  ) throws(PluginError) {
    try node.keys(
      "kind", "id", "version", "summary", "options", "definitions", "requires", "draws", "buffers",
      "prepare", "steps", "finish", "signature", "reports", "callbacks")
    let kindNode = try node.required("kind")
    let kindText = try kindNode.text()
    guard let kind = ComponentKind.allCases.first(where: { "\($0)" == kindText }) else {
      throw kindNode.refuse(
        "expected model, task, metric or optimizer, found '\(kindText)'.")
    }
    self.kind = kind
    place = node.place
    id = try node.required("id").identifier()
    version = try node.required("version").text()
    summary = try node.required("summary").text()
    options = try node.each("options", Self.option)
    definitions = try node.each("definitions") { (entry) throws(PluginError) in
      try entry.keys("name", "is")
      return (try entry.required("name").text(), try entry.required("is").expression())
    }
    requirements = try node.each("requires") { (entry) throws(PluginError) in
      try entry.keys("that", "else")
      return (try entry.required("that").expression(), try entry.required("else").text())
    }
    draws = try node.each("draws", ForeignManifest.Draw.init)
    if let callbacks = node.optional("callbacks") {
      for (name, entry) in try callbacks.entries() {
        self.callbacks.append(try ForeignManifest.Callback(name, entry))
      }
    }
    let reader = ForeignStepReader(manifest: manifest, typedefs: typedefs)
    buffers = try node.each("buffers", reader.buffer)
    reports = try node.each("reports") { (entry) throws(PluginError) in try entry.text() }
    if let signature = node.optional("signature") {
      task = try ForeignManifest.Task(signature, options: options)
    }
    guard (task != nil) == (kind == .task) else {
      throw node.refuse(
        kind == .task ? "a task needs 'signature'." : "only a task has 'signature'.")
    }
    guard reports.isEmpty != (kind == .metric) else {
      throw node.refuse(
        kind == .metric
          ? "a metric needs 'reports': the names of what it measures."
          : "only a metric has 'reports'.")
    }
    prepare = try node.each("prepare", reader.step)
    steps = try node.each("steps", reader.step)
    finish = try node.each("finish", reader.step)
    guard !steps.isEmpty else { throw node.refuse("'steps' is missing or empty.") }
    try ForeignScope(self).check(node)
  }

  private static func option(_ node: ForeignNode) throws(PluginError) -> OptionDeclaration {
    try node.keys("name", "type", "default", "summary", "unit", "choices", "minimum", "maximum")
    let typeNode = try node.required("type")
    let typeName = try typeNode.text()
    guard let type = OptionType.allCases.first(where: { $0.name == typeName }),
      type != .reals, type != .text
    else {
      throw typeNode.refuse("expected integer, real, boolean or choice, found '\(typeName)'.")
    }
    var option = OptionDeclaration(
      name: try node.required("name").identifier(), type: type,
      defaultText: try node.required("default").text(),
      summary: try node.required("summary").text())
    option.unit = try node.optional("unit")?.text()
    option.choices = try node.each("choices") { (choice) throws(PluginError) in try choice.text() }
    option.minimum = try node.optional("minimum")?.number()
    option.maximum = try node.optional("maximum")?.number()
    do {
      _ = try OptionParser.parse(option.defaultText, for: option)
    } catch {
      throw node.refuse("the default is not valid: \(error.message)")
    }
    return option
  }
}

extension ForeignManifest.Draw {
  init(_ node: ForeignNode) throws(PluginError) {
    try node.keys("name", "distribution", "stream", "extent", "scale")
    name = try node.required("name").text()
    let distribution = try node.required("distribution")
    let text = try distribution.text()
    guard text == "normal" || text == "uniform" else {
      throw distribution.refuse("expected normal or uniform, found '\(text)'.")
    }
    isNormal = text == "normal"
    stream = try node.required("stream").text()
    extent = try node.required("extent").expression()
    scale = try node.optional("scale")?.expression() ?? .number(1)
  }
}

extension ForeignManifest.Task {
  init(_ node: ForeignNode, options: [OptionDeclaration]) throws(PluginError) {
    try node.keys(
      "scoring", "context-length", "input-dimension", "output-dimension", "tensors", "properties")
    let scoringNode = try node.required("scoring")
    let scoring = try scoringNode.text()
    self.scoring = scoring
    let choices = options.first { "option.\($0.name)" == scoring }?.choices
    guard scoring == "query" || scoring == "every-prefix" || choices == ["query", "every-prefix"]
    else {
      throw scoringNode.refuse(
        "expected query, every-prefix, or option.NAME of a choice between query and every-prefix "
          + "in this order, found '\(scoring)'.")
    }
    contextLength = try node.required("context-length").expression()
    inputDimension = try node.required("input-dimension").expression()
    outputDimension = try node.required("output-dimension").expression()
    tensors = try node.each("tensors") { (entry) throws(PluginError) in
      try entry.keys("name", "role", "shape")
      let roleNode = try entry.required("role")
      let text = try roleNode.text()
      guard let role = Signature.Role.allCases.first(where: { "\($0)" == text }) else {
        throw roleNode.refuse("expected input, target or latent, found '\(text)'.")
      }
      return (
        try entry.required("name").text(), role,
        try entry.each("shape") { (extent) throws(PluginError) in try extent.expression() }
      )
    }
    properties = []
    for (name, entry) in try node.optional("properties")?.entries() ?? [] {
      properties.append((name, try entry.expression()))
    }
  }
}

extension ForeignManifest.Callback {
  init(_ name: String, _ node: ForeignNode) throws(PluginError) {
    try node.keys("arguments", "returns", "stop")
    self.name = name
    roles = [:]
    for (parameter, entry) in try node.required("arguments").entries() {
      let text = try entry.text()
      guard let role = Role(rawValue: text) else {
        throw entry.refuse(
          "'\(text)' is nothing that a callback takes.",
          hint: suggestion(for: text, among: Role.allCases.map(\.rawValue), things: "roles"))
      }
      roles[parameter] = role
    }
    let wanted = Set(roles.values)
    guard wanted.contains(.point) else {
      throw node.refuse("no argument is the point at which the loss is wanted.")
    }
    switch node.optional("returns")?.value {
    case .text("loss"): (returnsLoss, returned) = (true, 0)
    case .number(let number): (returnsLoss, returned) = (false, number)
    case nil: (returnsLoss, returned) = (false, 0)
    default:
      throw try node.required("returns").refuse("expected \"loss\" or a number.")
    }
    guard returnsLoss || !wanted.isDisjoint(with: [.loss, .gradient, .negativeGradient]) else {
      throw node.refuse("neither loss nor gradient goes anywhere.")
    }
    if let stop = node.optional("stop") {
      try stop.keys("argument", "value")
      self.stop = (try stop.optional("argument")?.text(), try stop.required("value").number())
    }
  }
}

extension ForeignNode {
  /// kebab-case.
  func identifier() throws(PluginError) -> String {
    let text = try text()
    let isKebab = text.split(separator: "-", omittingEmptySubsequences: false).allSatisfy { part in
      !part.isEmpty && part.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) }
    }
    guard isKebab else {
      throw refuse("'\(text)' is not in kebab-case, such as least-squares.")
    }
    return text
  }
}
