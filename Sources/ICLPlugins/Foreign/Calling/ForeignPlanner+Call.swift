internal import CFFI

extension ForeignPlanner {
  /// A call with its arguments in memory.
  mutating func call(
    _ call: ForeignManifest.Call, _ values: [String: Double], _ place: String
  ) throws(PluginError) -> ForeignCall {
    let function = call.function
    let count = function.parameters.count
    let arguments = memory.allocate(bytes: count * 8)
      .bindMemory(to: UnsafeMutableRawPointer?.self, capacity: max(count, 1))
    let prepared = ForeignCall(
      name: function.name, number: symbols.order.firstIndex(of: function.name)!, place: place,
      interface: try symbols.interface(of: function), function: symbols.address(function.name),
      arguments: arguments, result: memory.allocate(bytes: 16), resultType: function.result)
    var numbers: [String: Double] = [:]
    for (parameter, source) in zip(function.parameters, call.arguments) {
      if case .value(let formula) = resolved(source, for: parameter.type) {
        numbers[parameter.name] = try number(formula, values, "'\(parameter.name)'", place)
      }
    }
    var workspaces: [(cell: UnsafeMutableRawPointer, type: CType)] = []
    var sizes: [(cell: UnsafeMutableRawPointer, type: CType)] = []
    for (index, (parameter, given)) in zip(function.parameters, call.arguments).enumerated() {
      let cell = memory.allocate(bytes: 8)
      arguments[index] = cell
      let source = resolved(given, for: parameter.type)
      switch source {
      case .value:
        try put(numbers[parameter.name]!, parameter, cell, prepared, place)
      case .text(let text):
        let bytes = Array(text.utf8) + [0]
        let copy = memory.allocate(bytes: bytes.count)
        copy.copyMemory(from: bytes, byteCount: bytes.count)
        cell.storeBytes(of: copy, as: UnsafeMutableRawPointer?.self)
      case .array(let name, let offset):
        let array = arrays[name]!
        let start = try whole(offset, values, "the offset of '\(name)'", place)
        try checkExtent(parameter, array, name, start, numbers, function, place)
        var target = array.place
        target.offset += start * (array.type.size ?? 0)
        if target.array == nil {
          cell.storeBytes(of: target.fixed! + target.offset, as: UnsafeMutableRawPointer?.self)
        } else {
          prepared.moving.append(
            (cell.bindMemory(to: UnsafeMutableRawPointer?.self, capacity: 1), target))
        }
      case .element(let name, let offset, let scale):
        let array = arrays[name]!
        let start = try whole(offset, values, "the offset of '\(name)'", place)
        guard start < array.count else {
          throw refuse(
            place, "'\(name)' has \(array.count) elements, and number \(start) is meant.")
        }
        var target = array.place
        target.offset += start * 8
        prepared.elements.append(
          (cell, parameter.type, target, try number(scale, values, "the scale", place)))
      case .workspace:
        guard case .pointer(let pointee, _) = parameter.type else { break }
        workspaces.append((cell, pointee))
      case .workspaceSize:
        if case .pointer(let pointee, _) = parameter.type {
          let number = memory.allocate(bytes: 8)
          cell.storeBytes(of: number, as: UnsafeMutableRawPointer?.self)
          sizes.append((number, pointee))
        } else {
          sizes.append((cell, parameter.type))
        }
      case .handle(let name):
        arguments[index] = UnsafeMutableRawPointer(handle(name))
      case .variable(let variable):
        cell.copyMemory(from: symbols.address(variable.name), byteCount: 8)
      case .callback(let name):
        cell.storeBytes(of: try closure(name, parameter).address, as: UnsafeMutableRawPointer?.self)
      case .null: break
      }
    }
    if let result = call.result {
      let offset = try whole(result.offset, values, "the offset of the result", place)
      let array = arrays[result.array]!
      guard offset < array.count else {
        throw refuse(
          place, "'\(result.array)' has \(array.count) elements, and number \(offset) is written.")
      }
      var target = array.place
      target.offset += offset * 8
      prepared.store = target
    }
    if let name = call.handle { prepared.handle = handle(name) }
    if let status = call.status {
      let array = status.array.map { arrays[$0]! }
      prepared.status = (
        array?.place.fixed ?? prepared.result, array?.type ?? function.result, status
      )
    }
    if !workspaces.isEmpty { askSize(prepared, workspaces, sizes) }
    return prepared
  }

  /// A number by value, or behind a pointer.
  private func put(
    _ number: Double, _ parameter: CParameter, _ cell: UnsafeMutableRawPointer,
    _ call: ForeignCall, _ place: String
  ) throws(PluginError) {
    var target = cell
    var type = parameter.type
    if case .pointer(let pointee, let isConst) = parameter.type {
      target = memory.allocate(bytes: 8)
      type = pointee
      cell.storeBytes(of: target, as: UnsafeMutableRawPointer?.self)
      if !isConst { call.refreshed.append((target, pointee, number)) }
    }
    guard type.write(number, to: target) else {
      throw refuse(
        place,
        "\(call.name) wants \(parameter.type.declaring(parameter.name)), which "
          + "\(OptionValue.text(number)) is not.")
    }
  }

  /// `double a[lda * n]`: what the declaration says is there.
  private func checkExtent(
    _ parameter: CParameter, _ array: RuntimeArray, _ name: String, _ start: Int,
    _ numbers: [String: Double], _ function: CFunction, _ place: String
  ) throws(PluginError) {
    guard start <= array.count else {
      throw refuse(place, "'\(name)' has \(array.count) elements, and starts at \(start) here.")
    }
    guard let extent = parameter.extent else { return }
    let needed = try number(extent, numbers, "the extent of '\(parameter.name)'", place)
    guard Double(array.count - start) >= needed else {
      throw refuse(
        place,
        "\(function.name) takes \(OptionValue.text(needed)) elements for '\(parameter.name)', and "
          + "'\(name)' has \(array.count - start)" + (start == 0 ? "." : " from \(start) on."))
    }
  }

  /// The call is made once with a size of -1, and answers in the first element (LAPACK).
  private mutating func askSize(
    _ call: ForeignCall, _ workspaces: [(cell: UnsafeMutableRawPointer, type: CType)],
    _ sizes: [(cell: UnsafeMutableRawPointer, type: CType)]
  ) {
    let memory = memory
    let symbols = symbols
    ask { (bases, marker) throws(PluginError) in
      var answers: [UnsafeMutableRawPointer] = []
      for workspace in workspaces {
        let answer = memory.allocate(bytes: 16)
        workspace.cell.storeBytes(of: answer, as: UnsafeMutableRawPointer?.self)
        answers.append(answer)
      }
      for size in sizes { _ = size.type.write(-1, to: size.cell) }
      do throws(ForeignCall.Failure) {
        try call.run(bases, 0, marker)
      } catch {
        throw PluginError(
          .callFailed, "asked for the size of its workspace, \(error.message)", path: symbols.path)
      }
      var elements = 1
      for (workspace, answer) in zip(workspaces, answers) {
        let wanted = workspace.type.read(answer)
        guard wanted >= 0, wanted <= 0x1p28 else {
          throw PluginError(
            .callFailed, "\(call.name) wants a workspace of \(wanted) elements.",
            path: symbols.path)
        }
        elements = max(Int(wanted), 1)
        workspace.cell.storeBytes(
          of: memory.allocate(bytes: elements * workspace.type.size!),
          as: UnsafeMutableRawPointer?.self)
      }
      for size in sizes { _ = size.type.write(Double(elements), to: size.cell) }
    }
  }
}
