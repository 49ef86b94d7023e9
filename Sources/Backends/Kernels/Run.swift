import CICLBackend

/// The scalar type of a run, with its lane type and its random numbers.
protocol Precision: BinaryFloatingPoint, Lanes, SIMDScalar, Codable where Scalar == Self {
  associatedtype Tile: Lanes where Tile.Scalar == Self
  /// Whether its kernels run with subnormals flushed.
  static var isFlushed: Bool { get }
  static func random(
    _ arguments: inout Arguments, _ variant: UInt16, _ tile: UnsafePointer<icl_tile>)
}

extension Float: Precision {
  typealias Tile = FloatLanes
  @inline(__always) static var isFlushed: Bool { true }
  @inline(__always) static func random(
    _ arguments: inout Arguments, _ variant: UInt16, _ tile: UnsafePointer<icl_tile>
  ) { randomFloats(&arguments, variant, tile) }
}

extension Double: Precision {
  typealias Tile = DoubleLanes
  @inline(__always) static var isFlushed: Bool { false }
  @inline(__always) static func random(
    _ arguments: inout Arguments, _ variant: UInt16, _ tile: UnsafePointer<icl_tile>
  ) { randomDoubles(&arguments, variant, tile) }
}

/// Runs the instructions in order. Returns 0, or the code of the call that failed.
@inline(__always)
func run<S: Precision>(
  _ instructions: UnsafePointer<icl_instruction>, _ count: Int, _ tile: UnsafePointer<icl_tile>,
  _ type: S.Type, again: icl_backend_run
) -> Int32 {
  for index in 0..<count {
    let instruction = instructions + index
    if instruction.pointee.opcode == ICL_OP_SCAN {
      let code = scan(instruction, tile, type, again: again)
      if code != 0 { return code }
    } else if instruction.pointee.opcode == ICL_OP_CALL {
      let call = instruction.pointee.data!.assumingMemoryBound(to: icl_callback.self)
      // Plugins compute in the mode that they were loaded in.
      let mode = S.isFlushed ? icl_leave_kernels() : 0
      let code = call.pointee.function(call.pointee.user, tile, instruction)
      if S.isFlushed { icl_restore_mode(mode) }
      if code != 0 { return code }
    } else if instruction.pointee.flags & ICL_BATCHED_OUT != 0 {
      runTile(instruction, tile, S.Tile.self)
      if instruction.pointee.opcode == ICL_OP_RANDOM {
        var arguments = Arguments(instruction, tile)
        S.random(&arguments, instruction.pointee.variant, tile)
      }
    } else {
      runScalar(instruction, tile, S.self)
    }
  }
  return 0
}

/// Once a step, on values that are the same for all prompts.
@inline(never)
func runScalar<L: Precision>(
  _ instruction: UnsafePointer<icl_instruction>, _ tile: UnsafePointer<icl_tile>, _ type: L.Type
) {
  var arguments = Arguments(instruction, tile)
  let flags = instruction.pointee.flags
  let variant = instruction.pointee.variant
  switch UInt32(instruction.pointee.opcode) {
  case ICL_OP_UNARY: unary(&arguments, variant, LaneSource<L>.self)
  case ICL_OP_BINARY: binary(&arguments, variant, LaneSource<L>.self, LaneSource<L>.self)
  case ICL_OP_MULTIPLY_ADD:
    multiplyAdd(
      &arguments, variant, LaneSource<L>.self, LaneSource<L>.self, LaneSource<L>.self)
  case ICL_OP_COPY:
    copy(&arguments, Assignment<L>(out: arguments.target(L.self)), LaneSource<L>.self)
  case ICL_OP_EINSUM where UInt32(variant) == ICL_RUN_OUT | ICL_RUN_1:
    sharedEinsum(
      &arguments, instruction.pointee.data!, adds: flags & ICL_ACCUMULATES != 0, L.self)
  case ICL_OP_EINSUM:
    let out = assignment(&arguments, flags, L.self)
    einsum(
      &arguments, instruction.pointee.data!, out, LaneSource<L>.self, LaneSource<L>.self)
  case ICL_OP_REDUCE:
    reduce(&arguments, variant, instruction.pointee.data!, LaneSource<L>.self)
  case ICL_OP_FIRST_MAXIMUM:
    firstMaximum(&arguments, instruction.pointee.data!, LaneSource<L>.self)
  case ICL_OP_CUMULATIVE_SUM: cumulativeSum(&arguments, variant, LaneSource<L>.self)
  default: runRare(instruction, &arguments, flags, type)
  }
}

/// For each tile of prompts.
@inline(never)
func runTile<L: Lanes>(
  _ instruction: UnsafePointer<icl_instruction>, _ tile: UnsafePointer<icl_tile>, _ type: L.Type
) {
  var arguments = Arguments(instruction, tile)
  let flags = instruction.pointee.flags
  let variant = instruction.pointee.variant
  let first = flags & ICL_BATCHED_0 != 0
  let second = flags & ICL_BATCHED_1 != 0
  switch UInt32(instruction.pointee.opcode) {
  case ICL_OP_UNARY:
    if first {
      unary(&arguments, variant, LaneSource<L>.self)
    } else {
      unary(&arguments, variant, ScalarSource<L>.self)
    }
  case ICL_OP_BINARY:
    switch (first, second) {
    case (true, true): binary(&arguments, variant, LaneSource<L>.self, LaneSource<L>.self)
    case (false, true): binary(&arguments, variant, ScalarSource<L>.self, LaneSource<L>.self)
    default: binary(&arguments, variant, LaneSource<L>.self, ScalarSource<L>.self)
    }
  case ICL_OP_MULTIPLY_ADD:
    let third = flags & ICL_BATCHED_2 != 0
    switch (first, third) {
    case (true, true):
      multiplyAdd(&arguments, variant, LaneSource<L>.self, LaneSource<L>.self, LaneSource<L>.self)
    case (false, true):
      multiplyAdd(&arguments, variant, ScalarSource<L>.self, LaneSource<L>.self, LaneSource<L>.self)
    case (true, false):
      multiplyAdd(&arguments, variant, LaneSource<L>.self, LaneSource<L>.self, ScalarSource<L>.self)
    case (false, false):
      multiplyAdd(
        &arguments, variant, ScalarSource<L>.self, LaneSource<L>.self, ScalarSource<L>.self)
    }
  case ICL_OP_COPY:
    if flags & ICL_SUMS_LANES != 0 {
      let out = LaneSum<L>(
        out: arguments.target(L.Scalar.self), active: Int(tile.pointee.active))
      if first {
        copy(&arguments, out, LaneSource<L>.self)
      } else {
        copy(&arguments, out, ScalarSource<L>.self)
      }
    } else {
      let out = Assignment(out: arguments.target(L.self))
      if first {
        copy(&arguments, out, LaneSource<L>.self)
      } else {
        copy(&arguments, out, ScalarSource<L>.self)
      }
    }
  case ICL_OP_EINSUM: tileEinsum(instruction, tile, &arguments, type)
  case ICL_OP_REDUCE:
    reduce(&arguments, variant, instruction.pointee.data!, LaneSource<L>.self)
  case ICL_OP_FIRST_MAXIMUM:
    firstMaximum(&arguments, instruction.pointee.data!, LaneSource<L>.self)
  case ICL_OP_CUMULATIVE_SUM: cumulativeSum(&arguments, variant, LaneSource<L>.self)
  default: runRare(instruction, &arguments, flags, type)
  }
}

@inline(__always)
private func tileEinsum<L: Lanes>(
  _ instruction: UnsafePointer<icl_instruction>, _ tile: UnsafePointer<icl_tile>,
  _ arguments: inout Arguments, _ type: L.Type
) {
  let data = instruction.pointee.data!
  let flags = instruction.pointee.flags
  @inline(__always) func contract<D: Destination>(_ out: D) where D.L == L {
    if flags & ICL_BATCHED_0 != 0 {
      einsum(&arguments, data, out, LaneSource<L>.self, LaneSource<L>.self)
    } else {
      einsum(&arguments, data, out, ScalarSource<L>.self, LaneSource<L>.self)
    }
  }
  if flags & ICL_SUMS_LANES != 0, flags & ICL_BATCHED_0 != 0,
    isWideSum(instruction, tile, lanes: L.laneCount)
  {
    laneProducts(&arguments, data, type)
  } else if flags & ICL_SUMS_LANES != 0 {
    contract(
      LaneSum<L>(out: arguments.target(L.Scalar.self), active: Int(tile.pointee.active)))
  } else if UInt32(instruction.pointee.variant) & ICL_SYMMETRIC != 0 {
    symmetricEinsum(&arguments, data, type)
  } else {
    contract(assignment(&arguments, flags, L.self))
  }
}

/// Operands: the result, then what it is added to if it is another array.
@inline(__always)
private func assignment<L: Lanes>(
  _ arguments: inout Arguments, _ flags: UInt32, _ type: L.Type
) -> Assignment<L> {
  let out = arguments.target(L.self)
  return Assignment(
    out: out, adds: flags & ICL_ACCUMULATES != 0,
    base: flags & ICL_ADDS_OPERAND != 0 ? arguments.target(L.self) : nil)
}

/// Kernels that find out at run time which operands are batched.
@inline(__always)
func runRare<L: Lanes>(
  _ instruction: UnsafePointer<icl_instruction>, _ arguments: inout Arguments, _ flags: UInt32,
  _ type: L.Type
) {
  switch UInt32(instruction.pointee.opcode) {
  case ICL_OP_SELECT: select(&arguments, flags, type)
  case ICL_OP_FILL: fill(&arguments, type)
  case ICL_OP_SOFTMAX: softmax(&arguments, flags, type)
  case ICL_OP_RECURRENCE: recurrence(&arguments, instruction.pointee.variant, flags, type)
  case ICL_OP_GATHER: gather(&arguments, flags, type)
  case ICL_OP_SCATTER: scatter(&arguments, flags, type)
  case ICL_OP_SOLVE: solve(&arguments, flags, type)
  case ICL_OP_CHOLESKY: cholesky(&arguments, type)
  default: break
  }
}

/// Runs a body once for each step. Arguments: length, reverse, number of moving spaces, then for
/// each: its space number, the operand it moves over, and its stride in bytes; number of
/// instructions. data: the instructions of the body.
@inline(__always)
func scan<S: Precision>(
  _ instruction: UnsafePointer<icl_instruction>, _ tile: UnsafePointer<icl_tile>, _ type: S.Type,
  again: icl_backend_run
) -> Int32 {
  var arguments = Arguments(instruction, tile)
  let length = arguments.integer()
  let reverse = arguments.integer() != 0
  let moving = arguments.integer()
  let table = arguments.list(moving * 4)
  let count = arguments.integer()
  let body = instruction.pointee.data!.assumingMemoryBound(to: icl_instruction.self)
  let spaces = tile.pointee.spaces!
  for step in 0..<length {
    let t = reverse ? length - 1 - step : step
    for index in 0..<moving {
      let entry = table + index * 4
      spaces[Int(entry[0])] = spaces[Int(entry[1])]! + Int(entry[2]) + t * Int(entry[3])
    }
    let code = again(body, Int64(count), tile)
    if code != 0 { return code }
  }
  return 0
}
