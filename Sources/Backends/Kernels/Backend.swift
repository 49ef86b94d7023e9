import CICLBackend

/// Subnormals are flushed while the kernels run, and only then.
private let runSingle: icl_backend_run = { instructions, count, tile in
  let mode = icl_flush_subnormals()
  defer { icl_restore_mode(mode) }
  return runBody(instructions!, count, tile!)
}

private let runBody: icl_backend_run = { instructions, count, tile in
  run(instructions!, Int(count), tile!, Float.self, again: runBody)
}

private let runDouble: icl_backend_run = { instructions, count, tile in
  run(instructions!, Int(count), tile!, Double.self, again: runDouble)
}

/// The one exported symbol: fills the table of this build of the kernels.
@c
public func icl_backend_v1(_ table: UnsafeMutablePointer<icl_backend>) {
  table.pointee.run_f32 = runSingle
  table.pointee.run_f64 = runDouble
  table.pointee.multiply_adds = { rounds, chains, result in
    multiplyAdds(Int(rounds), chains: Int(chains), result!)
  }
  table.pointee.stream = { vectors, a, b, out in stream(Int(vectors), a!, b!, out!) }
}
