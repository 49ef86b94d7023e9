import CICLBackend

/// What this build of the kernels offers to the engine.
public enum Backend {
  /// Runs a tile program in Float.
  public static let runSingle: icl_backend_run = { instructions, count, tile in
    run(instructions!, Int(count), tile!, Float.self, again: Backend.runSingle)
  }

  /// Runs a tile program in Double.
  public static let runDouble: icl_backend_run = { instructions, count, tile in
    run(instructions!, Int(count), tile!, Double.self, again: Backend.runDouble)
  }
}
