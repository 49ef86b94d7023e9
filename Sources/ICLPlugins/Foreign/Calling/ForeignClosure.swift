internal import CFFI

/// A plain C function of ours that a library calls for the loss and its gradient.
///
/// The library need not hand a user pointer around: the function knows which closure it is. It lives
/// until the process ends, because the library may keep its address.
final class ForeignClosure {
  private let callback: ForeignManifest.Callback
  private let function: CFunction
  private let count: Int
  private var gradient: [Double]
  /// While a run is under way.
  var objective: ForeignObjective?
  /// What the library did that it must not.
  private(set) var complaint: String?
  private(set) var isStopped = false
  private(set) var address: UnsafeMutableRawPointer!

  init?(
    _ callback: ForeignManifest.Callback, _ function: CFunction, count: Int,
    interface: UnsafeMutablePointer<ffi_cif>
  ) {
    self.callback = callback
    self.function = function
    self.count = count
    gradient = [Double](repeating: 0, count: count)
    let user = Unmanaged.passRetained(self).toOpaque()
    address = cffi_closure(
      interface,
      { _, result, arguments, user in
        guard let result, let arguments, let user else { return }
        Unmanaged<ForeignClosure>.fromOpaque(user)._withUnsafeGuaranteedRef {
          $0.answer(result, arguments)
        }
      }, user)
    guard address != nil else { return nil }
  }

  func begin(_ objective: ForeignObjective?) {
    self.objective = objective
    (complaint, isStopped) = (nil, false)
  }

  private func answer(
    _ result: UnsafeMutableRawPointer,
    _ arguments: UnsafeMutablePointer<UnsafeMutableRawPointer?>
  ) {
    let loss = complaint == nil && !isStopped ? evaluate(arguments) : nil
    if loss == nil { isStopped = true }
    var returned = callback.returnsLoss ? loss ?? .nan : callback.returned
    if loss == nil, let stop = callback.stop {
      if let name = stop.parameter, let memory = pointer(name, arguments),
        case .pointer(let pointee, _)? = function.parameters.first(where: { $0.name == name })?.type
      {
        _ = pointee.write(stop.value, to: memory)
      } else if stop.parameter == nil {
        returned = stop.value
      }
    }
    write(returned, to: result)
  }

  private func write(_ value: Double, to result: UnsafeMutableRawPointer) {
    switch function.result {
    case .double: result.storeBytes(of: value, as: Double.self)
    case .float: result.storeBytes(of: Float(value), as: Float.self)
    case .integer:
      // libffi reads a whole register.
      result.storeBytes(of: Int(exactly: value) ?? 0, as: Int.self)
    default: break
    }
  }

  private func pointer(
    _ name: String, _ arguments: UnsafeMutablePointer<UnsafeMutableRawPointer?>
  ) -> UnsafeMutableRawPointer? {
    guard let index = function.parameters.firstIndex(where: { $0.name == name }),
      let cell = arguments[index]
    else { return nil }
    return cell.load(as: UnsafeMutableRawPointer?.self)
  }

  /// nil to stop.
  private func evaluate(
    _ arguments: UnsafeMutablePointer<UnsafeMutableRawPointer?>
  ) -> Double? {
    guard let objective else {
      complaint = "it was called after its run had ended"
      return nil
    }
    var point: UnsafeMutablePointer<Double>?
    for (index, parameter) in function.parameters.enumerated() {
      switch callback.roles[parameter.name] {
      case .count:
        guard let found = number(parameter, arguments[index]), found == Double(count) else {
          let found = number(parameter, arguments[index]).map { "\(Int($0))" } ?? "NULL"
          complaint = "it was called with \(parameter.name) = \(found), expected \(count)"
          return nil
        }
      case .point:
        point = pointer(parameter.name, arguments)?.assumingMemoryBound(to: Double.self)
        guard point != nil else {
          complaint = "it was called with \(parameter.name) = NULL"
          return nil
        }
      default: break
      }
    }
    guard let point else { return nil }
    let loss = gradient.withUnsafeMutableBufferPointer { objective(point, $0.baseAddress!) }
    guard let loss else { return nil }
    for parameter in function.parameters {
      guard let role = callback.roles[parameter.name],
        [.gradient, .negativeGradient, .loss].contains(role),
        let memory = pointer(parameter.name, arguments)?.assumingMemoryBound(to: Double.self)
      else { continue }
      switch role {
      case .loss: memory.pointee = loss
      case .gradient: for index in 0..<count { memory[index] = gradient[index] }
      default: for index in 0..<count { memory[index] = -gradient[index] }
      }
    }
    return loss
  }

  private func number(_ parameter: CParameter, _ cell: UnsafeMutableRawPointer?) -> Double? {
    guard let cell else { return nil }
    guard case .pointer(let pointee, _) = parameter.type else { return parameter.type.read(cell) }
    return cell.load(as: UnsafeMutableRawPointer?.self).map { pointee.read($0) }
  }
}
