import CICLBackend
import ICLGraph
import ICLRandom
import Synchronization

/// Work in the middle of a tile program that the host does itself: a plugin's custom operation, or
/// a random source that has no kernel.
///
/// The tile's lanes are turned into rows, one prompt behind the other, and back.
final class HostCall: @unchecked Sendable {
  typealias Body<Scalar> = (
    _ firstPrompt: UInt64, _ step: UInt64, _ count: Int, _ inputs: [[Scalar]],
    _ output: UnsafeMutablePointer<Scalar>
  ) throws -> Void

  enum Work {
    case single(Body<Float>)
    case double(Body<Double>)
  }

  /// The same for several tiles at once, where calls are few rather than short.
  enum Gathered {
    typealias Body<Scalar> = (
      _ count: Int, _ piece: Int, _ fill: GatheredCalls<Scalar>.Fill,
      _ read: GatheredCalls<Scalar>.Read
    ) throws -> Void
    case single(Body<Float>)
    case double(Body<Double>)
  }

  let work: Work
  let gathered: Gathered?
  /// The first error of any thread; read after the run.
  let failure = Mutex<(any Error)?>(nil)

  init(_ work: Work, gathered: Gathered? = nil) {
    self.work = work
    self.gathered = gathered
  }

  func callback() -> icl_callback {
    icl_callback(
      function: { user, tile, instruction in
        let call = Unmanaged<HostCall>.fromOpaque(user!).takeUnretainedValue()
        do {
          switch call.work {
          case .single(let body): try call.perform(body, tile!, instruction!)
          case .double(let body): try call.perform(body, tile!, instruction!)
          }
          return 0
        } catch {
          call.failure.withLock { if $0 == nil { $0 = error } }
          return 1
        }
      }, user: Unmanaged.passUnretained(self).toOpaque())
  }

  private func perform<Scalar: BinaryFloatingPoint>(
    _ body: Body<Scalar>, _ tile: UnsafePointer<icl_tile>,
    _ instruction: UnsafePointer<icl_instruction>
  ) throws {
    let operands = Operands(instruction)
    let rows = operands.inputs.map { input in
      [Scalar](unsafeUninitializedCapacity: operands.count * input.elements) { values, count in
        operands.gather(input, tile, to: values.baseAddress)
        count = values.count
      }
    }
    // NaN shows what a plugin forgot to write.
    var result = [Scalar](repeating: .nan, count: operands.count * operands.outCount)
    try result.withUnsafeMutableBufferPointer { output in
      try body(
        tile.pointee.first_prompt, tile.pointee.step, operands.count, rows, output.baseAddress!)
      operands.scatter(output.baseAddress!, tile)
    }
  }

  /// The instruction on tiles of one width; false where it fails.
  func perform(
    _ tiles: UnsafeBufferPointer<icl_tile>, _ instruction: UnsafePointer<icl_instruction>
  ) -> Bool {
    do {
      switch gathered! {
      case .single(let body): try perform(body, tiles, instruction)
      case .double(let body): try perform(body, tiles, instruction)
      }
      return true
    } catch {
      failure.withLock { if $0 == nil { $0 = error } }
      return false
    }
  }

  private func perform<Scalar: BinaryFloatingPoint>(
    _ body: Gathered.Body<Scalar>, _ tiles: UnsafeBufferPointer<icl_tile>,
    _ instruction: UnsafePointer<icl_instruction>
  ) throws {
    let operands = Operands(instruction)
    let count = operands.count
    try body(
      tiles.count * count, count,
      { inputs in
        for tile in tiles.indices {
          let place = tiles.baseAddress! + tile
          for (values, input) in zip(inputs, operands.inputs) {
            operands.gather(input, place, to: values + tile * count * input.elements)
          }
        }
      },
      { result in
        for tile in tiles.indices {
          operands.scatter(
            result + tile * count * operands.outCount, tiles.baseAddress! + tile)
        }
      })
  }

  static func withPointers<Scalar>(
    _ rows: [[Scalar]], _ body: ([UnsafePointer<Scalar>]) throws -> Void
  ) rethrows {
    func next(_ index: Int, _ pointers: [UnsafePointer<Scalar>]) throws {
      if index == rows.count { return try body(pointers) }
      try rows[index].withUnsafeBufferPointer { try next(index + 1, pointers + [$0.baseAddress!]) }
    }
    try next(0, [])
  }
}

extension HostCall {
  static func forward(_ operation: CustomOperation, _ precision: Precision) -> HostCall {
    if precision == .single, let forward = operation.forwardSingle {
      return HostCall(
        .single { _, _, count, inputs, output in
          try withPointers(inputs) { try forward(count, $0, output) }
        }, gathered: (operation.gatheredSingle?.forward).map { .single($0) })
    }
    return inDouble(
      precision, elements: operation.shape.count,
      gathered: (operation.gathered?.forward).map { .double($0) }
    ) { count, inputs, output in
      try withPointers(inputs) { try operation.forward(count, $0, output) }
    }
  }

  /// Inputs of the call: the operation's inputs, its output, and the output's gradient.
  static func pullback(
    _ operation: CustomOperation, input: Int, elements: Int, _ precision: Precision
  ) throws -> HostCall {
    guard let pullback = operation.pullback else {
      throw EngineError("the operation \(operation.name) has no pullback and cannot be trained")
    }
    if precision == .single, let single = operation.pullbackSingle {
      return HostCall(
        .single { _, _, count, inputs, output in
          try gradient(inputs, input, output) { try single(count, $0, $1, $2, $3) }
        },
        gathered: (operation.gatheredSingle?.pullback).map { pullback in
          .single { try pullback(input, $0, $1, $2, $3) }
        })
    }
    return inDouble(
      precision, elements: elements,
      gathered: (operation.gathered?.pullback).map { pullback in
        .double { try pullback(input, $0, $1, $2, $3) }
      }
    ) { count, inputs, output in
      try gradient(inputs, input, output) { try pullback(count, $0, $1, $2, $3) }
    }
  }

  /// Calls a pullback, which gives the gradients of all inputs, and keeps that of one.
  private static func gradient<Scalar: BinaryFloatingPoint>(
    _ inputs: [[Scalar]], _ wanted: Int, _ output: UnsafeMutablePointer<Scalar>,
    _ pullback: (
      [UnsafePointer<Scalar>], UnsafePointer<Scalar>, UnsafePointer<Scalar>,
      [UnsafeMutablePointer<Scalar>]
    ) throws -> Void
  ) throws {
    let own = inputs.count - 2
    let spare = inputs.prefix(own).map {
      UnsafeMutablePointer<Scalar>.allocate(capacity: max($0.count, 1))
    }
    defer { for pointer in spare { pointer.deallocate() } }
    for (pointer, values) in zip(spare, inputs) {
      pointer.initialize(repeating: .nan, count: max(values.count, 1))
    }
    try withPointers(inputs) { pointers in
      try pullback(Array(pointers.prefix(own)), pointers[own], pointers[own + 1], spare)
    }
    output.update(from: spare[wanted], count: inputs[wanted].count)
  }

  static func random(
    _ source: RandomSource, _ shape: Shape, seed: UInt64, _ precision: Precision
  ) -> HostCall {
    let key = StreamKey(seed: seed, stream: source.stream, scope: .prompt)
    return HostCall(drawing: precision) { first, step, count, store in
      for prompt in 0..<count {
        let stream = PromptStream(key: key, step: step, prompt: first + UInt64(prompt))
        for (element, value) in values(of: source.kind, stream, shape).enumerated() {
          store(prompt * shape.count + element, value)
        }
      }
    }
  }

  private convenience init(
    drawing precision: Precision,
    _ draw: @escaping (UInt64, UInt64, Int, (Int, Double) -> Void) -> Void
  ) {
    switch precision {
    case .single:
      self.init(
        .single { first, step, count, _, output in
          draw(first, step, count) { output[$0] = Float($1) }
        })
    case .double:
      self.init(
        .double { first, step, count, _, output in
          draw(first, step, count) { output[$0] = $1 }
        })
    }
  }

  /// Work in Double, converted where the run is in Float; then each tile is a call of its own.
  private static func inDouble(
    _ precision: Precision, elements: Int, gathered: Gathered?,
    _ body: @escaping (Int, [[Double]], UnsafeMutablePointer<Double>) throws -> Void
  ) -> HostCall {
    switch precision {
    case .double:
      return HostCall(
        .double { _, _, count, inputs, output in try body(count, inputs, output) },
        gathered: gathered)
    case .single:
      return HostCall(
        .single { _, _, count, inputs, output in
          var result = [Double](repeating: .nan, count: count * elements)
          try result.withUnsafeMutableBufferPointer {
            try body(count, inputs.map { $0.map(Double.init) }, $0.baseAddress!)
          }
          for index in result.indices { output[index] = Float(result[index]) }
        })
    }
  }
}

/// The arrays of a call in a tile, and their rows: one prompt behind the other.
private struct Operands {
  typealias Place = (space: Int, offset: Int)
  struct Input {
    var place: Place
    var elements: Int
    var isBatched: Bool
  }

  let out: Place
  let isBatched: Bool
  /// Lanes of an element.
  let width: Int
  let outCount: Int
  let inputs: [Input]
  /// Prompts of a tile; one where the result is the same for all.
  var count: Int { isBatched ? width : 1 }
  private let lanes = Int(ICL_TILE_LANES)

  init(_ instruction: UnsafePointer<icl_instruction>) {
    var next = instruction.pointee.arguments!
    func integer() -> Int {
      defer { next += 1 }
      return Int(next.pointee)
    }
    // Offsets count elements; a batched element is a vector of lanes.
    func place() -> Place { (integer(), integer()) }
    out = place()
    isBatched = instruction.pointee.flags & ICL_BATCHED_OUT != 0
    width = integer() * lanes
    outCount = integer()
    let inputCount = integer()
    inputs = (0..<inputCount).map { _ in
      Input(place: place(), elements: integer(), isBatched: integer() != 0)
    }
  }

  func gather<Scalar>(
    _ input: Input, _ tile: UnsafePointer<icl_tile>, to rows: UnsafeMutablePointer<Scalar>?
  ) {
    guard let rows else { return }
    let base = tile.pointee.spaces![input.place.space]!.assumingMemoryBound(to: Scalar.self)
    let (elements, offset) = (input.elements, input.place.offset)
    guard input.isBatched else {
      for prompt in 0..<count {
        (rows + prompt * elements).update(from: base + offset, count: elements)
      }
      return
    }
    let first = base + offset * lanes
    for prompt in 0..<count {
      for element in 0..<elements {
        rows[prompt * elements + element] = first[element * width + prompt]
      }
    }
  }

  func scatter<Scalar>(_ rows: UnsafePointer<Scalar>, _ tile: UnsafePointer<icl_tile>) {
    let base = tile.pointee.spaces![out.space]!.assumingMemoryBound(to: Scalar.self)
    guard isBatched else {
      for element in 0..<outCount { base[out.offset + element] = rows[element] }
      return
    }
    let first = base + out.offset * lanes
    for prompt in 0..<count {
      for element in 0..<outCount {
        first[element * width + prompt] = rows[prompt * outCount + element]
      }
    }
  }
}
