/// One component of a shim: its values, its steps, and the functions of its kind.
struct ShimComponent {
  let component: ForeignManifest.Component
  let scope: ForeignScope
  /// What stands before its names: "c0".
  let prefix: String

  init(_ component: ForeignManifest.Component, number: Int) {
    self.component = component
    scope = ForeignScope(component)
    prefix = "c\(number)"
  }

  var text: String {
    """

    /* The \(component.kind) \(component.id). */
    \(optionTable)typedef struct \(prefix)_instance {
      icl_signature signature; icl_tensor_spec specs[\(max(component.task?.tensors.count ?? 0, 1))];
      const icl_tensor_spec *spec_pointers[\(max(component.task?.tensors.count ?? 0, 1))];
      icl_property properties[\(max(component.task?.properties.count ?? 0, 1))];
      double \((["unused"] + component.options.map { name("option.\($0.name)") }).joined(separator: ", "));
    } \(prefix)_instance;

    \(values)
    \(component.callbacks.isEmpty ? "" : callbackState)\(callbacks)
    \(run)
    \(functions)
    \(create)
    """
  }

  // MARK: names

  func name(_ text: String) -> String {
    String(text.map { $0 == "-" || $0 == "." ? "_" : $0 })
  }

  func formula(_ formula: ForeignExpression, _ index: String? = nil) -> String {
    switch formula {
    case .number(let number): "\(number)"
    case .name(let text): text == index ? "i_\(name(text))" : "v.\(name(text))"
    case .binary(let operation, let left, let right):
      "(\(self.formula(left, index)) \(operation) \(self.formula(right, index)))"
    case .call("if", let operands):
      "(\(self.formula(operands[0], index)) != 0 ? \(self.formula(operands[1], index))"
        + " : \(self.formula(operands[2], index)))"
    case .call(let function, let operands):
      "\(["min": "fmin", "max": "fmax"][function] ?? function)("
        + operands.map { self.formula($0, index) }.joined(separator: ", ") + ")"
    }
  }

  /// The job's arrays in order, with the elements of an item.
  var arrays: [(name: String, elements: String)] {
    let outputs = "v.positions * v.output_dimension"
    switch component.kind {
    case .model:
      return [
        ("x", "(v.context_length + 1) * v.input_dimension"),
        ("y", "v.context_length * v.output_dimension"), ("predictions", outputs),
      ]
    case .task:
      return component.draws.map { ($0.name, formula($0.extent)) }
        + component.task!.tensors.map { tensor in
          (tensor.name, (["1"] + tensor.shape.map { formula($0) }).joined(separator: " * "))
        }
    case .metric:
      return [
        ("losses", "v.prompts"), ("predictions", "v.prompts * v.output_dimension"),
        ("targets", "v.prompts * v.output_dimension"),
      ] + component.reports.map { ($0, "1") }
    case .optimizer: return [("parameters", "v.count")]
    }
  }

  // MARK: values

  private var properties: [String] {
    var formulas = component.definitions.map(\.formula) + component.requirements.map(\.formula)
    for step in component.prepare + component.steps + component.finish {
      if case .call(let call) = step.action {
        for case .value(let formula) in call.arguments { formulas.append(formula) }
      }
    }
    return Set(formulas.flatMap(\.names).filter { $0.hasPrefix("property.") }).sorted()
  }

  /// A struct of all numbers that formulas read, and the function that fills it for a position.
  private var values: String {
    let shape = [
      "context-length", "input-dimension", "output-dimension", "positions", "prompts", "count",
    ]
    let options = component.options.map { "option.\($0.name)" }
    let all =
      shape + ["position", "pairs"] + options + properties + component.definitions.map(\.name)
    var lines = [
      "typedef struct \(prefix)_values { double \(all.map(name).joined(separator: ", ")); } \(prefix)_values;",
      "",
    ]
    lines += [
      "static \(prefix)_values \(prefix)_at(const \(prefix)_instance *self, const shim_extents *t, double position) {",
      "  \(prefix)_values v = {0};", "  (void)self;",
    ]
    lines += shape.map { "  v.\(name($0)) = t->\(name($0));" }
    lines += [
      "  v.position = position;",
      "  v.pairs = t->scored_at_query ? t->context_length : position;",
    ]
    lines += options.map { "  v.\(name($0)) = self->\(name($0));" }
    lines += properties.map {
      "  v.\(name($0)) = shim_property(t, \(quoted(String($0.dropFirst(9)))));"
    }
    lines += component.definitions.map { "  v.\(name($0.name)) = \(formula($0.formula));" }
    return (lines + ["  return v;", "}", ""]).joined(separator: "\n")
  }

  // MARK: tables

  private var optionTable: String {
    guard !component.options.isEmpty else { return "" }
    let rows = component.options.map { option in
      let bounded = option.minimum != nil || option.maximum != nil
      return "  {.struct_size = sizeof(icl_option), .type = \(option.type.rawValue)u, "
        + ".name = \(quoted(option.name)), .default_text = \(quoted(option.defaultText)), "
        + ".summary = \(quoted(option.summary)), "
        + ".unit = \(option.unit.map(quoted) ?? "NULL"), "
        + ".choices = \(option.choices.isEmpty ? "NULL" : quoted(option.choices.joined(separator: "|"))), "
        + ".minimum = \(bounded ? option.minimum.map { "\($0)" } ?? "-INFINITY" : "0"), "
        + ".maximum = \(bounded ? option.maximum.map { "\($0)" } ?? "INFINITY" : "0")}"
    }
    return "static const icl_option \(prefix)_options[] = {\n" + rows.joined(separator: ",\n")
      + "};\n\n"
  }

  private var create: String {
    var lines = [
      "static int32_t \(prefix)_create(const icl_host *host, const icl_value *const *options,",
      "                         uint32_t count, void **instance, icl_error *error) {",
      "  (void)host; (void)options; (void)count; (void)error;",
      "  \(prefix)_instance *self = calloc(1, sizeof *self);",
      "  if (!self) return ICL_OUT_OF_MEMORY;",
    ]
    for (index, option) in component.options.enumerated() {
      let field = option.type == .real ? "real" : "integer"
      lines.append(
        "  self->\(name("option.\(option.name)")) = (double)options[\(index)]->\(field);")
    }
    return (lines + ["  *instance = self;", "  return ICL_OK;", "}", ""]).joined(separator: "\n")
  }

  var table: String {
    let options =
      component.options.isEmpty
      ? "" : " .options = \(prefix)_options, .option_count = \(component.options.count),"
    return """
          {.struct_size = sizeof(icl_component), .kind = \(component.kind.rawValue)u, .id = \(quoted(component.id)),
           .version = \(quoted(component.version)), .summary = \(quoted(component.summary)),\(options)
           .create = \(prefix)_create, .destroy = free, .interface = &\(prefix)_interface}
      """
  }
}
