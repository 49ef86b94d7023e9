internal import CFFI
internal import CICL
internal import ICLGraph

/// The interface of plugins, as foreign components fill it.
enum ForeignTables {
  static func interface(_ kind: ComponentKind) -> Interface {
    switch kind {
    case .model:
      var table = icl_model()
      table.struct_size = UInt32(MemoryLayout<icl_model>.size)
      table.predict = { instance, task, count, inputs, predictions, error in
        ForeignTables.guarded(instance, error) { (foreign) throws(PluginError) in
          try foreign.predict(task!.pointee, Int(count), inputs!, predictions!)
        }
      }
      return .model(table)
    case .task:
      var table = icl_task()
      table.struct_size = UInt32(MemoryLayout<icl_task>.size)
      table.signature = { instance, signature, error in
        ForeignTables.guarded(instance, error) { (foreign) throws(PluginError) in
          let size = signature!.pointee.struct_size
          signature!.pointee = foreign.signature!.pointer.pointee
          signature!.pointee.struct_size = size
        }
      }
      table.sample = { instance, draw, first, count, tensors, error in
        ForeignTables.guarded(instance, error) { (foreign) throws(PluginError) in
          try foreign.sample(draw!.pointee, Int(first), Int(count), tensors!)
        }
      }
      return .task(table)
    case .metric: return .metric(metric)
    case .optimizer:
      var table = icl_optimizer()
      table.struct_size = UInt32(MemoryLayout<icl_optimizer>.size)
      table.minimize = { instance, objective, parameters, error in
        var cancelled = false
        let status = ForeignTables.guarded(instance, error) { (foreign) throws(PluginError) in
          cancelled = try foreign.minimize(objective!.pointee, parameters!)
        }
        return cancelled ? ICL_CANCELLED : status
      }
      return .optimizer(table)
    }
  }

  private static var metric: icl_metric {
    var table = icl_metric()
    table.struct_size = UInt32(MemoryLayout<icl_metric>.size)
    table.needs = ICL_NEEDS_PREDICTIONS
    table.begin = { instance, task, accumulator, error in
      ForeignTables.guarded(instance, error) { (foreign) throws(PluginError) in
        let signature = try TableReader(path: foreign.path).signature(task!.pointee, of: "the task")
        accumulator!.pointee =
          Unmanaged.passRetained(ForeignAccumulator(foreign, signature)).toOpaque()
      }
    }
    table.accumulate = { accumulator, chunk, _ in
      Unmanaged<ForeignAccumulator>.fromOpaque(accumulator!)._withUnsafeGuaranteedRef {
        $0.add(chunk!.pointee)
      }
      return ICL_OK
    }
    table.finish = { accumulator, report, error in
      let kept = Unmanaged<ForeignAccumulator>.fromOpaque(accumulator!).takeRetainedValue()
      guard let report else { return ICL_OK }
      return ForeignTables.reporting(error) { () throws(PluginError) in
        try kept.finish(report.pointee)
      }
    }
    return table
  }

  /// A function that makes instances of one component, with its own address.
  static func create(_ maker: ForeignMaker) -> UnsafeMutableRawPointer? {
    let types = UnsafeMutablePointer<UnsafeMutablePointer<ffi_type>?>.allocate(capacity: 5)
    for (index, type) in [
      cffi_pointer(), cffi_pointer(), cffi_uint32(), cffi_pointer(), cffi_pointer(),
    ].enumerated() { types.advanced(by: index).initialize(to: type) }
    let cif = UnsafeMutablePointer<ffi_cif>.allocate(capacity: 1)
    cif.initialize(to: ffi_cif())
    guard cffi_prepare(cif, 5, cffi_int32(), types) != 0 else { return nil }
    return cffi_closure(
      cif,
      { _, result, arguments, user in
        guard let result, let arguments, let user else { return }
        let options = arguments[1]!.load(as: UnsafePointer<UnsafePointer<icl_value>?>?.self)
        let count = Int(arguments[2]!.load(as: UInt32.self))
        let target = arguments[3]!.load(
          as: UnsafeMutablePointer<UnsafeMutableRawPointer?>.self)
        let error = arguments[4]!.load(as: UnsafeMutablePointer<icl_error>?.self)
        let status = Unmanaged<ForeignMaker>.fromOpaque(user)._withUnsafeGuaranteedRef { maker in
          ForeignTables.reporting(error) { () throws(PluginError) in
            let values = (0..<count).map { options![$0]!.pointee }
            target.pointee = Unmanaged.passRetained(try maker.make(values)).toOpaque()
          }
        }
        result.storeBytes(of: Int(status), as: Int.self)
      }, Unmanaged.passRetained(maker).toOpaque())
  }

  static func destroy(_ instance: UnsafeMutableRawPointer?) {
    if let instance { Unmanaged<ForeignInstance>.fromOpaque(instance).release() }
  }

  fileprivate static func guarded(
    _ instance: UnsafeMutableRawPointer?, _ error: UnsafeMutablePointer<icl_error>?,
    _ body: (ForeignInstance) throws(PluginError) -> Void
  ) -> Int32 {
    let foreign = Unmanaged<ForeignInstance>.fromOpaque(instance!).takeUnretainedValue()
    return reporting(error) { () throws(PluginError) in try body(foreign) }
  }

  static func reporting(
    _ target: UnsafeMutablePointer<icl_error>?, _ body: () throws(PluginError) -> Void
  ) -> Int32 {
    do throws(PluginError) {
      try body()
      return ICL_OK
    } catch {
      let code = error.code == .cancelled ? ICL_CANCELLED : ICL_FAILED
      guard let target else { return code }
      target.pointee.code = code
      let text = Array("\(error)".utf8.prefix(511))
      withUnsafeMutableBytes(of: &target.pointee.message) { bytes in
        bytes.copyBytes(from: text + [0])
      }
      return code
    }
  }
}
