internal import CFFI

/// Turns a component's steps into operations on addresses, and checks them against each other.
struct ForeignPlanner {
  struct RuntimeArray {
    var place: ForeignPlace
    var type: CType
    var count: Int
  }

  /// Asks the library something at the start: the size of a workspace.
  typealias Question = ([UnsafeMutablePointer<Double>], ForeignMarker) throws(PluginError) -> Void

  let component: ForeignManifest.Component
  let symbols: ForeignSymbols
  let job: ForeignJob
  let memory = ForeignMemory()
  private let scope: ForeignScope
  private(set) var arrays: [String: RuntimeArray] = [:]
  private var handles: [String: UnsafeMutablePointer<UnsafeMutableRawPointer?>] = [:]
  private(set) var closures: [(name: String, closure: ForeignClosure)] = []
  private(set) var questions: [Question] = []

  /// So many elements a buffer may have.
  private static let mostElements = 1 << 28
  /// So many calls an item may take.
  private static let mostRepeats = 1 << 20

  init(
    _ component: ForeignManifest.Component, _ symbols: ForeignSymbols, _ job: ForeignJob
  ) throws(PluginError) {
    self.component = component
    self.symbols = symbols
    self.job = job
    scope = ForeignScope(component)
    for (index, array) in job.arrays.enumerated() {
      arrays[array.name] = RuntimeArray(
        place: ForeignPlace(array: index, itemStride: array.elements * 8, offset: 0),
        type: .double, count: array.elements)
    }
    for name in scope.handles.keys {
      handles[name] = memory.allocate(bytes: 8).bindMemory(
        to: UnsafeMutableRawPointer?.self, capacity: 1)
    }
    let passes = try job.passes.map { (pass) throws(PluginError) in try values(of: pass) }
    for requirement in component.requirements
    where passes.contains(where: { requirement.formula.value($0) == 0 }) {
      throw PluginError(
        .badArgument, "\(component.kind) '\(component.id)': \(requirement.message)",
        path: symbols.path)
    }
    for buffer in component.buffers {
      // One memory serves all passes.
      var count = 0
      for pass in passes {
        count = max(
          count, try whole(buffer.extent, pass, "the extent of '\(buffer.name)'", component.place))
      }
      guard count <= Self.mostElements else {
        throw refuse(component.place, "the buffer '\(buffer.name)' would have \(count) elements.")
      }
      let bytes =
        buffer.isStruct ? Self.layout(buffer.fields.map(\.field)).size : count * buffer.type.size!
      arrays[buffer.name] = RuntimeArray(
        place: ForeignPlace(fixed: memory.allocate(bytes: bytes), offset: 0), type: buffer.type,
        count: count)
    }
  }

  /// The values of formulas in one pass, definitions too.
  func values(of pass: [String: Double]) throws(PluginError) -> [String: Double] {
    var values = job.values.merging(pass) { $1 }
    for (name, formula) in component.definitions {
      values[name] = try number(formula, values, "'\(name)'", component.place)
    }
    return values
  }

  mutating func fillStructs(_ values: [String: Double]) throws(PluginError) {
    for buffer in component.buffers where buffer.isStruct {
      let base = arrays[buffer.name]!.place.fixed!
      let offsets = Self.layout(buffer.fields.map(\.field)).offsets
      for ((field, source), offset) in zip(buffer.fields, offsets) {
        let cell = base + offset
        switch scope.resolved(source, for: field.type) {
        case .value(let formula):
          let value = try number(formula, values, field.name, component.place)
          guard field.type.write(value, to: cell) else {
            throw refuse(
              component.place,
              "the field '\(field.name)' of '\(buffer.name)' is \(field.type), which \(value) is not."
            )
          }
        case .callback(let name):
          cell.storeBytes(of: try closure(name, field).address, as: UnsafeMutableRawPointer?.self)
        case .variable(let variable):
          cell.copyMemory(from: symbols.address(variable.name), byteCount: 8)
        case .array(let name, _):
          guard let fixed = arrays[name]?.place.fixed else {
            throw refuse(
              component.place, "a field of a struct points to a buffer, not to '\(name)'.")
          }
          cell.storeBytes(of: fixed, as: UnsafeMutableRawPointer?.self)
        case .null: break
        default: throw refuse(component.place, "the field '\(field.name)' cannot come from there.")
        }
      }
    }
  }

  /// Where the fields of a struct stand, each at a multiple of its size.
  static func layout(_ fields: [CParameter]) -> (offsets: [Int], size: Int) {
    var offsets: [Int] = []
    var end = 0
    for field in fields {
      let size = field.type.size!
      end = (end + size - 1) / size * size
      offsets.append(end)
      end += size
    }
    return (offsets, (end + 7) / 8 * 8)
  }

  mutating func operations(
    _ steps: [ForeignManifest.Step], _ values: [String: Double]
  ) throws(PluginError) -> [ForeignProgram.Operation] {
    var operations: [ForeignProgram.Operation] = []
    for step in steps {
      guard let repeats = step.repeats else {
        operations.append(try operation(step, values))
        continue
      }
      let count = try whole(repeats.count, values, "the count of repeats", step.place)
      guard count <= Self.mostRepeats else {
        throw refuse(step.place, "it would be repeated \(count) times.")
      }
      var local = values
      for index in 0..<count {
        local[repeats.index] = Double(index)
        operations.append(try operation(step, local))
      }
    }
    return operations
  }

  private mutating func operation(
    _ step: ForeignManifest.Step, _ values: [String: Double]
  ) throws(PluginError) -> ForeignProgram.Operation {
    switch step.action {
    case .call(let call): return .call(try self.call(call, values, step.place))
    case .copy(let from, let to, let count):
      let count = try whole(count, values, "the count", step.place)
      let source = try slice(from, count, values, step.place)
      let target = try slice(to, count, values, step.place)
      return .copy(
        from: source.place, stride: source.stride, to: target.place, toStride: target.stride,
        count: count)
    case .fill(let to, let value, let count):
      let count = try whole(count, values, "the count", step.place)
      let target = try slice(to, count, values, step.place)
      return .fill(
        target.place, stride: target.stride, count: count,
        value: try number(value, values, "the value", step.place))
    }
  }

  private func slice(
    _ slice: ForeignManifest.Slice, _ count: Int, _ values: [String: Double], _ place: String
  ) throws(PluginError) -> (place: ForeignPlace, stride: Int) {
    let array = arrays[slice.array]!
    let offset = try whole(slice.offset, values, "the offset", place)
    let stride = try whole(slice.stride, values, "the stride", place)
    guard count == 0 || offset + (count - 1) * stride < array.count else {
      throw refuse(
        place,
        "'\(slice.array)' has \(array.count) elements, and \(count) are meant from \(offset) on"
          + (stride == 1 ? "." : ", \(stride) apart."))
    }
    var result = array.place
    result.offset += offset * 8
    return (result, stride)
  }
}

extension ForeignPlanner {
  func refuse(_ place: String, _ message: String) -> PluginError {
    PluginError(.badManifest, "\(place): \(message)", path: symbols.path)
  }

  func number(
    _ formula: ForeignExpression, _ values: [String: Double], _ what: String, _ place: String
  ) throws(PluginError) -> Double {
    guard let value = formula.value(values) else {
      let missing = formula.names.filter { values[$0] == nil }.min() ?? ""
      throw PluginError(
        .badArgument, "\(place): \(what) needs '\(missing)', which the task does not have.",
        path: symbols.path)
    }
    guard value.isFinite else { throw refuse(place, "\(what) is \(value).") }
    return value
  }

  func whole(
    _ formula: ForeignExpression, _ values: [String: Double], _ what: String, _ place: String
  ) throws(PluginError) -> Int {
    let value = try number(formula, values, what, place)
    guard let whole = Int(exactly: value), whole >= 0 else {
      throw refuse(place, "\(what) is \(OptionValue.text(value)), expected 0, 1, 2 and so on.")
    }
    return whole
  }

  mutating func closure(
    _ name: String, _ parameter: CParameter
  ) throws(PluginError) -> ForeignClosure {
    if let known = closures.first(where: { $0.name == name }) { return known.closure }
    guard case .function(let function) = parameter.type,
      let callback = component.callbacks.first(where: { $0.name == name }),
      let closure = ForeignClosure(
        callback, function, count: Int(job.values["count"] ?? 0),
        interface: try symbols.interface(of: function))
    else { throw refuse(component.place, "no function can be made for the callback '\(name)'.") }
    closures.append((name, closure))
    return closure
  }

  mutating func ask(_ question: @escaping Question) { questions.append(question) }

  func handle(_ name: String) -> UnsafeMutablePointer<UnsafeMutableRawPointer?> { handles[name]! }
  func resolved(_ source: ForeignManifest.Source, for type: CType) -> ForeignManifest.Source {
    scope.resolved(source, for: type)
  }
}
