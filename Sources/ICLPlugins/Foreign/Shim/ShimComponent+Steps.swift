extension ShimComponent {
  /// The function that goes through the steps for every item.
  var run: String {
    var lines = [
      "static int32_t \(prefix)_run(const \(prefix)_instance *self, const shim_extents *t,",
      "                      uint64_t items, double *const *arrays, icl_error *error) {",
      "  const uint64_t passes = \(component.kind == .model ? "(uint64_t)t->positions" : "1");",
      "  int32_t status = ICL_OK;",
      "  \(prefix)_values *at = calloc(passes, sizeof *at);",
      "  if (!at) return ICL_OUT_OF_MEMORY;",
      "  for (uint64_t pass = 0; pass < passes; pass++) at[pass] = \(prefix)_at(self, t, (double)pass);",
      "  \(prefix)_values v = at[0];", "  uint64_t item = 0;", "  (void)item; (void)arrays;",
    ]
    for (index, array) in arrays.enumerated() {
      lines.append("  const size_t e\(index) = (size_t)(\(array.elements)); (void)e\(index);")
    }
    for handle in scope.handles.keys.sorted() {
      lines.append("  \(scope.handles[handle]!.declaring("h_\(name(handle))")) = NULL;")
    }
    for buffer in component.buffers where !buffer.isStruct {
      lines += [
        "  double n_\(name(buffer.name)) = 0;",
        "  for (uint64_t pass = 0; pass < passes; pass++) {",
        "    v = at[pass]; n_\(name(buffer.name)) = fmax(n_\(name(buffer.name)), \(formula(buffer.extent)));",
        "  }",
        "  \(buffer.type) *b_\(name(buffer.name)) = shim_new(n_\(name(buffer.name)), sizeof(\(buffer.type)));",
      ]
    }
    for buffer in component.buffers where buffer.isStruct {
      let fields = buffer.fields.map { field, source in
        ".\(field.name) = \(argument(source, field, &lines, nil, "", 0))"
      }
      lines.append("  \(buffer.type) s_\(name(buffer.name)) = {\(fields.joined(separator: ", "))};")
    }
    let sized = workspaceCalls
    for (number, _) in sized { lines.append("  void *w\(number) = NULL; double l\(number) = -1;") }
    for requirement in component.requirements {
      lines.append(
        "  for (uint64_t pass = 0; pass < passes; pass++) { v = at[pass]; if (\(formula(requirement.formula)) == 0) { status = shim_fail(error, \(quoted(requirement.message))); goto release; } }"
      )
    }
    for definition in component.definitions {
      lines.append(
        "  for (uint64_t pass = 0; pass < passes; pass++) if (isnan(at[pass].\(name(definition.name)))) { status = shim_fail(error, \(quoted("'\(definition.name)' needs something that the task does not have."))); goto release; }"
      )
    }
    for (number, step) in sized { lines += question(number, step) }
    lines.append("  v = at[0];")
    lines += component.prepare.flatMap { self.step($0, failure: "finish") }
    lines.append("  for (item = 0; item < items; item++) {")
    lines.append("    for (uint64_t pass = 0; pass < passes; pass++) {")
    lines.append("      v = at[pass];")
    lines += component.steps.flatMap { self.step($0, failure: "finish").map { "    " + $0 } }
    lines += ["    }", "  }", "  goto finish;", "finish:;", "  item = 0;", "  v = at[0];"]
    lines += component.finish.flatMap { self.step($0, failure: "release") }
    lines += ["  goto release;", "release:"]
    for (number, _) in sized { lines.append("  free(w\(number));") }
    for buffer in component.buffers where !buffer.isStruct {
      lines.append("  free(b_\(name(buffer.name)));")
    }
    return (lines + ["  free(at);", "  return status;", "}", ""]).joined(separator: "\n")
  }

  /// Calls with a workspace, by the number of their step.
  private var workspaceCalls: [(Int, ForeignManifest.Step)] {
    component.steps.enumerated().filter { _, step in
      guard case .call(let call) = step.action else { return false }
      return call.arguments.contains { if case .workspace = $0 { true } else { false } }
    }.map { ($0.offset, $0.element) }
  }

  /// The largest workspace of all passes.
  private func question(_ number: Int, _ step: ForeignManifest.Step) -> [String] {
    guard case .call(let call) = step.action else { return [] }
    let type = zip(call.function.parameters, call.arguments).compactMap { parameter, source in
      if case .workspace = source, case .pointer(let to, _) = parameter.type { to } else { nil }
    }.first!
    return [
      "  { double most = 1;", "  for (uint64_t pass = 0; pass < passes; pass++) {",
      "    v = at[pass]; \(type) answer[2] = {0}; w\(number) = answer; l\(number) = -1;",
    ] + self.step(step, failure: "finish").map { "  " + $0 } + [
      "    most = fmax(most, (double)answer[0]); w\(number) = NULL;", "  }",
      "  w\(number) = shim_new(most, sizeof(\(type))); l\(number) = most; }",
    ]
  }

  private func address(_ array: String) -> String {
    if let index = arrays.firstIndex(where: { $0.name == array }) {
      return "(arrays[\(index)] + item * e\(index))"
    }
    return "b_\(name(array))"
  }

  private func step(_ step: ForeignManifest.Step, failure: String) -> [String] {
    let index = step.repeats?.index
    var body: [String] = []
    switch step.action {
    case .fill(let to, let value, let count):
      body.append(
        "for (size_t k = 0; k < (size_t)(\(formula(count, index))); k++) "
          + "\(element(to, index)) = \(formula(value, index));")
    case .copy(let from, let to, let count):
      body.append(
        "for (size_t k = 0; k < (size_t)(\(formula(count, index))); k++) "
          + "\(element(to, index)) = \(element(from, index));")
    case .call(let call): body = self.call(call, step, index, failure)
    }
    var lines = body.map { "  " + $0 }
    if let repeats = step.repeats {
      lines =
        [
          "  for (uint64_t repeat = 0; repeat < (uint64_t)(\(formula(repeats.count))); repeat++) {",
          "    const double i_\(name(repeats.index)) = (double)repeat;",
        ] + lines.map { "  " + $0 } + ["  }"]
    }
    return lines
  }

  private func element(_ slice: ForeignManifest.Slice, _ index: String?) -> String {
    "\(address(slice.array))[(size_t)(\(formula(slice.offset, index))) + k * (size_t)(\(formula(slice.stride, index)))]"
  }

  private func call(
    _ call: ForeignManifest.Call, _ step: ForeignManifest.Step, _ index: String?, _ failure: String
  ) -> [String] {
    var lines = ["{"]
    let number = component.steps.firstIndex { $0.place == step.place } ?? 0
    let arguments = zip(call.function.parameters, call.arguments).map {
      argument($1, $0, &lines, index, "  ", number)
    }
    let text = "\(call.function.name)(\(arguments.joined(separator: ", ")))"
    if call.function.result == .void {
      lines.append("  \(text);")
    } else {
      lines.append("  \(call.function.result.declaring("result")) = \(text);")
      lines.append("  (void)result;")
    }
    if let handle = call.handle {
      lines.append("  h_\(name(handle)) = result;")
      lines.append(
        "  if (!result) { status = shim_fail(error, \(quoted("\(call.function.name) returned NULL."))); goto \(failure); }"
      )
    }
    if let status = call.status { lines += check(status, call, failure) }
    if let result = call.result {
      lines.append(
        "  \(address(result.array))[(size_t)(\(formula(result.offset, index)))] = (double)result;")
    }
    return lines + ["}"]
  }

  private func check(
    _ status: ForeignManifest.Status, _ call: ForeignManifest.Call, _ failure: String
  ) -> [String] {
    let value = status.array.map { "b_\(name($0))[0]" } ?? "result"
    let good = (["0"] + status.good.map { "code == \($0)" }).joined(separator: " || ")
    let keys = status.texts.keys.sorted { rank($0) < rank($1) }
    var choice = "\"%ld\""
    for key in keys.reversed() {
      let condition =
        switch key {
        case "negative": "code < 0"
        case "positive": "code > 0"
        case "other": "1"
        default: "code == \(key)"
        }
      choice = "\(condition) ? \(quoted(status.texts[key]!)) : \(choice)"
    }
    return [
      "  { const long code = (long)\(value);", "  if (!(\(good))) {",
      "    char text[400]; snprintf(text, sizeof text, \"%s: %s (%s = %ld).\", \(quoted(call.function.name)), \(choice), \(quoted(status.array ?? "it returned")), code);",
      "    status = shim_fail(error, text); goto \(failure);", "  } }",
    ]
  }

  private func rank(_ key: String) -> Int {
    switch key {
    case "negative", "positive": 1
    case "other": 2
    default: 0
    }
  }

  /// An argument as C writes it; what it needs before the call is added to `lines`.
  private func argument(
    _ given: ForeignManifest.Source, _ parameter: CParameter, _ lines: inout [String],
    _ index: String?, _ indent: String, _ number: Int
  ) -> String {
    func reference(_ type: CType, _ value: String) -> String {
      lines.append("\(indent)\(type) r_\(parameter.name) = (\(type))(\(value));")
      return "&r_\(parameter.name)"
    }
    switch scope.resolved(given, for: parameter.type) {
    case .value(let formula):
      let value = self.formula(formula, index)
      if case .pointer(let pointee, _) = parameter.type { return reference(pointee, value) }
      return "(\(parameter.type))(\(value))"
    case .text(let text): return "(char *)\(quoted(text))"
    case .array(let array, let offset):
      if component.buffers.contains(where: { $0.name == array && $0.isStruct }) {
        return "&s_\(name(array))"
      }
      return "\(address(array)) + (size_t)(\(formula(offset, index)))"
    case .element(let array, let offset, let scale):
      let value =
        "\(address(array))[(size_t)(\(formula(offset, index)))] * \(formula(scale, index))"
      if case .integer = parameter.type { return "(\(parameter.type))floor(\(value))" }
      return "(\(parameter.type))(\(value))"
    case .workspace: return "w\(number)"
    case .workspaceSize:
      if case .pointer(let pointee, _) = parameter.type { return reference(pointee, "l\(number)") }
      return "(\(parameter.type))l\(number)"
    case .handle(let handle): return "h_\(name(handle))"
    case .variable(let variable): return variable.name
    case .callback(let callback): return "\(prefix)_call_\(name(callback))"
    case .null: return "NULL"
    }
  }
}
