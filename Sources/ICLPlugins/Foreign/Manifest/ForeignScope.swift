/// The names that a component's formulas and arguments may use, and whether they fit.
struct ForeignScope {
  struct Array {
    /// Of an element; the struct's name for a struct.
    var type: CType
    var isConst = false
  }

  let component: ForeignManifest.Component
  private(set) var arrays: [String: Array] = [:]
  private(set) var handles: [String: CType] = [:]
  private var names: Set<String>

  init(_ component: ForeignManifest.Component) {
    self.component = component
    names = Set(component.options.map { "option.\($0.name)" })
    let shape: Set = ["context-length", "input-dimension", "output-dimension", "positions"]
    switch component.kind {
    case .model:
      names.formUnion(shape.union(["position", "pairs"]))
      add(["x", "y"], isConst: true)
      add(["predictions"])
    case .task:
      names.formUnion(shape)
      add(component.draws.map(\.name), isConst: true)
      add(component.task?.tensors.map(\.name) ?? [])
    case .metric:
      names.formUnion(shape.union(["prompts"]))
      add(["losses", "predictions", "targets"], isConst: true)
      add(component.reports)
    case .optimizer:
      names.insert("count")
      add(["parameters"])
    }
    for buffer in component.buffers { arrays[buffer.name] = Array(type: buffer.type) }
    for step in component.prepare + component.steps {
      if case .call(let call) = step.action, let handle = call.handle {
        handles[handle] = call.function.result
      }
    }
  }

  private mutating func add(_ names: [String], isConst: Bool = false) {
    for name in names { arrays[name] = Array(type: .double, isConst: isConst) }
  }

  /// A bare name of an array, where a pointer is wanted, means the array.
  func resolved(_ source: ForeignManifest.Source, for type: CType) -> ForeignManifest.Source {
    if case .value(.name(let name)) = source, type.isPointer {
      if arrays[name] != nil { return .array(name, offset: .number(0)) }
      if handles[name] != nil { return .handle(name) }
    }
    return source
  }

  /// Checks every formula, argument and name of the component.
  func check(_ node: ForeignNode) throws(PluginError) {
    var known = names
    func read(
      _ formula: ForeignExpression, _ place: String, _ more: Set<String> = []
    ) throws(PluginError) {
      let all = known.union(more)
      guard
        let unknown = formula.names.filter({ !all.contains($0) && !$0.hasPrefix("property.") })
          .min()
      else { return }
      throw refuse(
        node, place, "no value is called '\(unknown)'.",
        hint: suggestion(
          for: unknown, among: Swift.Array(all) + Swift.Array(arrays.keys), things: "values"))
    }
    if let task = component.task {
      let place = "\(component.place).signature"
      // A task's extents are what its options say.
      for formula in [task.contextLength, task.inputDimension, task.outputDimension] {
        try read(formula, place)
      }
      for tensor in task.tensors { for extent in tensor.shape { try read(extent, place) } }
      for property in task.properties { try read(property.value, place) }
    }
    for definition in component.definitions {
      try read(definition.formula, "\(component.place).definitions")
      known.insert(definition.name)
    }
    for requirement in component.requirements {
      try read(requirement.formula, "\(component.place).requires")
    }
    for draw in component.draws {
      for formula in [draw.extent, draw.scale] { try read(formula, "\(component.place).draws") }
    }
    for buffer in component.buffers {
      let place = "\(component.place).buffers"
      try read(buffer.extent, place)
      for (field, source) in buffer.fields {
        try check(source, for: field, of: buffer.name, at: place, node) {
          (formula, place) throws(PluginError) in try read(formula, place)
        }
      }
    }
    for step in component.prepare + component.steps + component.finish {
      let index = Set(step.repeats.map { [$0.index] } ?? [])
      if let repeats = step.repeats { try read(repeats.count, step.place) }
      func local(_ formula: ForeignExpression, _ place: String) throws(PluginError) {
        try read(formula, place, index)
      }
      func slice(_ slice: ForeignManifest.Slice, writes: Bool) throws(PluginError) {
        let array = try array(slice.array, node, step.place)
        guard array.type == .double else {
          throw refuse(node, step.place, "'\(slice.array)' holds \(array.type), not double.")
        }
        guard !writes || !array.isConst else {
          throw refuse(node, step.place, "'\(slice.array)' is an input and is not written.")
        }
        for formula in [slice.offset, slice.stride] { try local(formula, step.place) }
      }
      switch step.action {
      case .copy(let from, let to, let count):
        try slice(from, writes: false)
        try slice(to, writes: true)
        try local(count, step.place)
      case .fill(let to, let value, let count):
        try slice(to, writes: true)
        for formula in [value, count] { try local(formula, step.place) }
      case .call(let call):
        for (parameter, source) in zip(call.function.parameters, call.arguments) {
          try check(source, for: parameter, of: call.function.name, at: step.place, node, local)
        }
        try check(call, at: step.place, node, slice)
      }
    }
  }

  private func check(
    _ call: ForeignManifest.Call, at place: String, _ node: ForeignNode,
    _ slice: (ForeignManifest.Slice, Bool) throws(PluginError) -> Void
  ) throws(PluginError) {
    if let result = call.result { try slice(result, true) }
    var workspaces = 0
    var sizes = 0
    for source in call.arguments {
      if case .workspace = source { workspaces += 1 }
      if case .workspaceSize = source { sizes += 1 }
    }
    guard (workspaces == 0) == (sizes == 0) else {
      throw refuse(
        node, place, "\(call.function.name) needs both a workspace and its workspace-size.")
    }
    if let name = call.status?.array {
      guard case .integer = try array(name, node, place).type else {
        throw refuse(node, place, "the result code '\(name)' is not a buffer of whole numbers.")
      }
    }
  }

  func refuse(
    _ node: ForeignNode, _ place: String, _ message: String, hint: String = ""
  ) -> PluginError {
    PluginError(.badManifest, "\(place): \(message)", hint: hint, path: node.file)
  }

  private func array(
    _ name: String, _ node: ForeignNode, _ place: String
  ) throws(PluginError) -> Array {
    if let array = arrays[name] { return array }
    throw refuse(
      node, place, "there is no array '\(name)'.",
      hint: suggestion(for: name, among: Swift.Array(arrays.keys), things: "arrays"))
  }
}

extension ForeignScope {
  /// Whether a source can be an argument of this type.
  private func check(
    _ given: ForeignManifest.Source, for parameter: CParameter, of owner: String,
    at place: String, _ node: ForeignNode,
    _ read: (ForeignExpression, String) throws(PluginError) -> Void
  ) throws(PluginError) {
    let source = resolved(given, for: parameter.type)
    func wrong(_ what: String) -> PluginError {
      refuse(
        node, place,
        "\(owner) wants \(parameter.type.declaring(parameter.name)), which \(what) is not.")
    }
    switch source {
    case .value(let formula):
      try read(formula, place)
      switch parameter.type {
      case .pointer(let pointee, _) where pointee.isNumber: break
      case let type where type.isNumber: break
      default: throw wrong("a number")
      }
    case .text:
      guard case .pointer(.integer(8, _), _) = parameter.type else { throw wrong("a text") }
    case .array(let name, let offset):
      try read(offset, place)
      let array = try array(name, node, place)
      guard case .pointer(let pointee, let isConst) = parameter.type,
        pointee == array.type || pointee == .void
      else { throw wrong("'\(name)', an array of \(array.type),") }
      guard isConst || !array.isConst else {
        throw refuse(
          node, place,
          "\(owner) may write to its parameter '\(parameter.name)', but '\(name)' is an input.",
          hint: "Copy it into a buffer, or declare the parameter const.")
      }
    case .element(let name, let offset, let scale):
      for formula in [offset, scale] { try read(formula, place) }
      guard try array(name, node, place).type == .double, parameter.type.isNumber else {
        throw wrong("an element of '\(name)'")
      }
    case .workspace:
      guard case .pointer(let pointee, false) = parameter.type, pointee.isNumber else {
        throw wrong("a workspace")
      }
    case .workspaceSize:
      switch parameter.type {
      case .integer, .pointer(.integer, _): break
      default: throw wrong("the size of a workspace")
      }
    case .handle(let name):
      guard let type = handles[name] else {
        throw refuse(
          node, place, "no call returns the handle '\(name)'.",
          hint: suggestion(for: name, among: Swift.Array(handles.keys), things: "handles"))
      }
      guard same(type, parameter.type) else { throw wrong("'\(name)', a \(type),") }
    case .variable(let variable):
      guard same(variable.type, parameter.type) else {
        throw wrong("'\(variable.name)', a \(variable.type),")
      }
    case .callback(let name):
      try check(callback: name, for: parameter, of: owner, at: place, node)
    case .null:
      guard parameter.type.isPointer else { throw wrong("null") }
    }
  }

  /// Pointers to one type, const or not.
  private func same(_ left: CType, _ right: CType) -> Bool {
    switch (left, right) {
    case (.pointer(let a, _), .pointer(let b, _)): a == b || b == .void
    default: left == right
    }
  }

  private func check(
    callback name: String, for parameter: CParameter, of owner: String, at place: String,
    _ node: ForeignNode
  ) throws(PluginError) {
    guard let callback = component.callbacks.first(where: { $0.name == name }) else {
      throw refuse(
        node, place, "there is no callback '\(name)'.",
        hint: suggestion(
          for: name, among: component.callbacks.map(\.name), things: "callbacks"))
    }
    guard component.kind == .optimizer else {
      throw refuse(node, place, "only an optimizer has a loss that a callback can ask for.")
    }
    guard case .function(let function) = parameter.type else {
      throw refuse(
        node, place,
        "\(owner) wants \(parameter.type.declaring(parameter.name)): what is called back has to be "
          + "declared, such as double (*f)(const double *x).")
    }
    for (key, role) in callback.roles.sorted(by: { $0.key < $1.key }) {
      guard let found = function.parameters.first(where: { $0.name == key }) else {
        throw refuse(
          node, place, "the callback '\(name)' has no parameter '\(key)'.",
          hint: suggestion(for: key, among: function.parameters.map(\.name), things: "parameters"))
      }
      let fits =
        switch (role, found.type) {
        case (.ignored, _), (.count, .integer), (.count, .pointer(.integer, _)): true
        case (.point, .pointer(.double, _)): true
        case (.gradient, .pointer(.double, false)), (.negativeGradient, .pointer(.double, false)),
          (.loss, .pointer(.double, false)):
          true
        default: false
        }
      guard fits else {
        throw refuse(
          node, place,
          "the callback '\(name)' has \(found.type.declaring(key)), which cannot be the "
            + "\(role.rawValue).")
      }
    }
    let result = function.result
    guard callback.returnsLoss ? result == .double : result == .void || result.isNumber else {
      throw refuse(node, place, "the callback '\(name)' returns \(result), not what is promised.")
    }
    if let stop = callback.stop, let key = stop.parameter {
      guard let found = function.parameters.first(where: { $0.name == key }),
        case .pointer(let pointee, false) = found.type, pointee.isNumber
      else {
        throw refuse(
          node, place, "the callback '\(name)' has no parameter '\(key)' to be told to stop by.")
      }
    }
  }
}
