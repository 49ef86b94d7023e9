extension ShimComponent {
  /// The functions of the component's kind, and their table.
  var functions: String {
    switch component.kind {
    case .model: model
    case .task: task
    case .metric: metric
    case .optimizer: optimizer
    }
  }

  private var model: String {
    """
    static int32_t \(prefix)_predict(void *instance, const icl_signature *task, uint64_t count,
                              const double *const *inputs, double *predictions, icl_error *error) {
      double *arrays[3] = {NULL, NULL, predictions};
      for (uint32_t k = 0, input = 0; k < task->tensor_count; k++) {
        if (task->tensors[k]->role != ICL_ROLE_INPUT) continue;
        if (!strcmp(task->tensors[k]->name, "x")) arrays[0] = (double *)inputs[input];
        if (!strcmp(task->tensors[k]->name, "y")) arrays[1] = (double *)inputs[input];
        input++;
      }
      if (!arrays[0] || !arrays[1]) return shim_fail(error, "the task has no inputs x and y.");
      const shim_extents t = shim_task(task);
      return \(prefix)_run(instance, &t, count, arrays, error);
    }

    static const icl_model \(prefix)_interface = {.struct_size = sizeof(icl_model), .predict = \(prefix)_predict};

    """
  }

  private var task: String {
    let task = component.task!
    let query =
      task.scoring == "query"
      ? "1" : task.scoring == "every-prefix" ? "0" : "self->\(name(task.scoring)) == 0"
    var lines = [
      "static int32_t \(prefix)_signature(void *instance, icl_signature *signature, icl_error *error) {",
      "  (void)error;", "  \(prefix)_instance *self = instance;",
      "  const uint32_t size = signature->struct_size;", "  shim_extents t = {0};",
      "  t.scored_at_query = \(query);", "  \(prefix)_values v = \(prefix)_at(self, &t, 0);",
      "  t.context_length = \(formula(task.contextLength));",
      "  t.input_dimension = \(formula(task.inputDimension));",
      "  t.output_dimension = \(formula(task.outputDimension));",
      "  t.positions = t.scored_at_query ? 1 : t.context_length + 1;",
      "  v = \(prefix)_at(self, &t, 0);",
    ]
    for (index, tensor) in task.tensors.enumerated() {
      lines.append(
        "  self->specs[\(index)] = (icl_tensor_spec){.struct_size = sizeof(icl_tensor_spec), .role = \(tensor.role.rawValue)u, .name = \(quoted(tensor.name)), .rank = \(tensor.shape.count)u, .extents = {\((tensor.shape.isEmpty ? ["0"] : tensor.shape.map { "(uint64_t)(\(formula($0)))" }).joined(separator: ", "))}};"
      )
      lines.append("  self->spec_pointers[\(index)] = &self->specs[\(index)];")
    }
    for (index, property) in task.properties.enumerated() {
      lines.append(
        "  self->properties[\(index)] = (icl_property){\(quoted(property.name)), \(formula(property.value))};"
      )
    }
    lines += [
      "  self->signature = (icl_signature){.struct_size = sizeof(icl_signature),",
      "    .scoring = t.scored_at_query ? ICL_SCORED_AT_QUERY : ICL_SCORED_AT_EVERY_PREFIX,",
      "    .context_length = (uint64_t)t.context_length, .input_dimension = (uint64_t)t.input_dimension,",
      "    .output_dimension = (uint64_t)t.output_dimension, .positions = (uint64_t)t.positions,",
      "    .tensors = self->spec_pointers, .tensor_count = \(task.tensors.count),",
      "    .property_count = \(task.properties.count), .properties = self->properties};",
      "  *signature = self->signature;", "  signature->struct_size = size;", "  return ICL_OK;",
      "}", "",
      "static int32_t \(prefix)_sample(void *instance, const icl_draw *draw, uint64_t first, uint64_t count,",
      "                         double *const *tensors, icl_error *error) {",
      "  const \(prefix)_instance *self = instance;",
      "  const shim_extents t = shim_task(&self->signature);",
      "  const \(prefix)_values v = \(prefix)_at(self, &t, 0);",
      "  double *arrays[\(component.draws.count + task.tensors.count)];",
    ]
    for (index, entry) in component.draws.enumerated() {
      lines += [
        "  { const size_t elements = (size_t)(\(formula(entry.extent)));",
        "  double *values = arrays[\(index)] = shim_new((double)(elements * count), sizeof(double));",
        "  for (uint64_t p = 0; p < count; p++) {",
        "    draw->\(entry.isNormal ? "normal" : "uniform")(draw->state, \(quoted(entry.stream)), first + p, elements, values + p * elements);",
        "    for (size_t k = 0; k < elements; k++) values[p * elements + k] *= \(formula(entry.scale));",
        "  } }",
      ]
    }
    lines += task.tensors.indices.map {
      "  arrays[\(component.draws.count + $0)] = tensors[\($0)];"
    }
    lines.append("  const int32_t status = \(prefix)_run(self, &t, count, arrays, error);")
    lines += component.draws.indices.map { "  free(arrays[\($0)]);" }
    lines += [
      "  return status;", "}", "",
      "static const icl_task \(prefix)_interface = {.struct_size = sizeof(icl_task), .signature = \(prefix)_signature, .sample = \(prefix)_sample};",
      "",
    ]
    return lines.joined(separator: "\n")
  }

  private var metric: String {
    let reports = component.reports
    let outputs = reports.indices.map { "out + \($0) * positions" }.joined(separator: ", ")
    let calls = reports.enumerated().map {
      "    report->values(report->state, \(quoted($1)), positions == 1 ? NULL : \"context length\", 0, positions, out + \($0) * positions, NULL);"
    }.joined(separator: "\n")
    return """
      typedef struct \(prefix)_accumulator {
        const \(prefix)_instance *self; const icl_signature *task;
        uint64_t prompts, room; double *data[3]; /* prompt by prompt */
      } \(prefix)_accumulator;

      static int32_t \(prefix)_begin(void *instance, const icl_signature *task, void **accumulator,
                              icl_error *error) {
        (void)error;
        \(prefix)_accumulator *a = calloc(1, sizeof *a);
        if (!a) return ICL_OUT_OF_MEMORY;
        a->self = instance;
        a->task = task;
        *accumulator = a;
        return ICL_OK;
      }

      static int32_t \(prefix)_accumulate(void *accumulator, const icl_chunk *chunk, icl_error *error) {
        (void)error;
        \(prefix)_accumulator *a = accumulator;
        const uint64_t p = a->task->positions, o = a->task->output_dimension;
        const uint64_t widths[3] = {p, p * o, p * o};
        const double *sources[3] = {chunk->losses, chunk->predictions, chunk->targets};
        for (int k = 0; k < 3; k++) {
          const size_t before = a->prompts * widths[k], more = chunk->count * widths[k];
          double *grown = realloc(a->data[k], (before + more) * sizeof(double));
          if (!grown) return ICL_OUT_OF_MEMORY;
          a->data[k] = grown;
          memcpy(grown + before, sources[k], more * sizeof(double));
        }
        a->prompts += chunk->count;
        return ICL_OK;
      }

      static int32_t \(prefix)_finish(void *accumulator, const icl_report *report, icl_error *error) {
        \(prefix)_accumulator *a = accumulator;
        int32_t status = ICL_OK;
        if (report) {
          shim_extents t = shim_task(a->task);
          t.prompts = (double)a->prompts;
          const uint64_t positions = a->task->positions, o = a->task->output_dimension;
          const uint64_t widths[3] = {1, o, o};
          double *sorted[3];
          for (int k = 0; k < 3; k++) {
            sorted[k] = shim_new((double)(a->prompts * positions * widths[k]), sizeof(double));
            for (uint64_t q = 0; q < positions; q++)
              for (uint64_t p = 0; p < a->prompts; p++)
                memcpy(sorted[k] + (q * a->prompts + p) * widths[k],
                       a->data[k] + (p * positions + q) * widths[k], widths[k] * sizeof(double));
          }
          double *out = shim_new((double)(\(reports.count) * positions), sizeof(double));
          double *arrays[\(3 + reports.count)] = {sorted[0], sorted[1], sorted[2], \(outputs)};
          status = \(prefix)_run(a->self, &t, positions, arrays, error);
          if (status == ICL_OK) {
      \(calls)
          }
          for (int k = 0; k < 3; k++) free(sorted[k]);
          free(out);
        }
        for (int k = 0; k < 3; k++) free(a->data[k]);
        free(a);
        return status;
      }

      static const icl_metric \(prefix)_interface = {
          .struct_size = sizeof(icl_metric), .needs = ICL_NEEDS_PREDICTIONS, .begin = \(prefix)_begin,
          .accumulate = \(prefix)_accumulate, .finish = \(prefix)_finish};

      """
  }

  private var optimizer: String {
    """
    static int32_t \(prefix)_minimize(void *instance, const icl_objective *objective, double *parameters,
                               icl_error *error) {
      shim_extents t = {0};
      t.count = (double)objective->count;
      \(prefix)_objective = objective;
      \(prefix)_stopped = 0;
      \(prefix)_gradient = shim_new(t.count, sizeof(double));
      double *arrays[1] = {parameters};
      const int32_t status = \(prefix)_run(instance, &t, 1, arrays, error);
      free(\(prefix)_gradient);
      \(prefix)_objective = NULL;
      return \(prefix)_stopped ? ICL_CANCELLED : status;
    }

    static const icl_optimizer \(prefix)_interface = {.struct_size = sizeof(icl_optimizer), .minimize = \(prefix)_minimize};

    """
  }

  /// What a callback without a user pointer finds its run by.
  var callbackState: String {
    """
    static _Thread_local const icl_objective *\(prefix)_objective;
    static _Thread_local int \(prefix)_stopped;
    static _Thread_local double *\(prefix)_gradient;

    """
  }

  var callbacks: String {
    component.callbacks.compactMap { callback in
      signature(of: callback.name).map { self.callback(callback, $0) }
    }.joined(separator: "\n")
  }

  /// As the parameter or field that it is given for declares it.
  private func signature(of callback: String) -> CFunction? {
    var pairs = component.buffers.flatMap { $0.fields.map { ($0.field, $0.source) } }
    for step in component.prepare + component.steps {
      if case .call(let call) = step.action {
        pairs += Array(zip(call.function.parameters, call.arguments))
      }
    }
    for (parameter, source) in pairs {
      if case .callback(callback) = source, case .function(let function) = parameter.type {
        return function
      }
    }
    return nil
  }

  private func callback(_ callback: ForeignManifest.Callback, _ function: CFunction) -> String {
    let point = callback.roles.first { $0.value == .point }!.key
    var lines = [
      "static \(function.declaration(named: "\(prefix)_call_\(name(callback.name))")) {",
      "  double loss = NAN;",
    ]
    lines += function.parameters.map { "  (void)\($0.name);" }
    lines += [
      "  if (!\(prefix)_stopped && \(prefix)_objective->evaluate(\(prefix)_objective->state, \(point), &loss, \(prefix)_gradient) != ICL_OK)",
      "    \(prefix)_stopped = 1;", "  if (\(prefix)_stopped) {", "    loss = NAN;",
    ]
    if let stop = callback.stop {
      lines.append(
        stop.parameter.map { "    *\($0) = \(Int(stop.value));" }
          ?? "    return \(Int(stop.value));")
    }
    lines.append("  } else {")
    for (parameter, role) in callback.roles.sorted(by: { $0.key < $1.key }) {
      switch role {
      case .loss: lines.append("    if (\(parameter)) *\(parameter) = loss;")
      case .gradient, .negativeGradient:
        lines.append(
          "    for (uint64_t k = 0; \(parameter) && k < \(prefix)_objective->count; k++) \(parameter)[k] = \(role == .gradient ? "" : "-")\(prefix)_gradient[k];"
        )
      default: break
      }
    }
    lines.append("  }")
    if function.result != .void {
      lines.append("  return \(callback.returnsLoss ? "loss" : "\(Int(callback.returned))");")
    }
    return (lines + ["}", ""]).joined(separator: "\n")
  }
}
