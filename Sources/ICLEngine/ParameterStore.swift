import ICLGraph

/// Parameter values in the precision of the run; every program of a run shares one store.
public final class ParameterStore: @unchecked Sendable {
  public let names: [String]
  public let shapes: [Shape]
  public let precision: Precision
  /// First element of each parameter; each starts on a cache line.
  let offsets: [Int]
  let memory: UnsafeMutableRawPointer
  private let count: Int

  /// Evaluates the initial values, in Double, and stores them in the given precision.
  public convenience init(_ graph: Graph, seed: UInt64, precision: Precision) throws {
    self.init(
      names: graph.parameters.map(\.name),
      shapes: graph.parameters.map { graph.shape(of: $0.node) }, precision: precision)
    if names.isEmpty { return }
    let program = try Program(
      graph, roots: graph.parameters.map(\.initial), seed: seed,
      configuration: EngineConfiguration(precision: .double),
      parameters: ParameterStore(names: [], shapes: [], precision: .double))
    try program.run(Program.Batch(step: 0, firstPrompt: 0, count: 0, weight: 0))
    for index in names.indices { set(index, program.values(of: index)) }
  }

  public init(names: [String], shapes: [Shape], precision: Precision) {
    self.names = names
    self.shapes = shapes
    self.precision = precision
    var next = 0
    offsets = shapes.map { shape in
      defer { next += (shape.count + 15) / 16 * 16 }
      return next
    }
    count = max(next, 16)
    memory = .allocate(byteCount: count * precision.size, alignment: 128)
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: count * precision.size)
  }

  deinit { memory.deallocate() }

  /// The number of trained values.
  public var elementCount: Int { shapes.map(\.count).reduce(0, +) }

  /// Where a parameter stands; it does not move.
  public func pointer(_ index: Int) -> UnsafeMutableRawPointer {
    memory + offsets[index] * precision.size
  }

  public func values(_ index: Int) -> [Double] {
    read(UnsafeRawPointer(pointer(index)), shapes[index].count, precision)
  }

  public func set(_ index: Int, _ values: [Double]) {
    precondition(values.count == shapes[index].count, "a parameter keeps its shape")
    write(values, to: pointer(index), precision)
  }
}

func read(_ pointer: UnsafeRawPointer, _ count: Int, _ precision: Precision) -> [Double] {
  switch precision {
  case .single:
    let values = pointer.assumingMemoryBound(to: Float.self)
    return (0..<count).map { Double(values[$0]) }
  case .double:
    return Array(
      UnsafeBufferPointer(start: pointer.assumingMemoryBound(to: Double.self), count: count))
  }
}

func write(_ values: [Double], to pointer: UnsafeMutableRawPointer, _ precision: Precision) {
  switch precision {
  case .single:
    let target = pointer.assumingMemoryBound(to: Float.self)
    for index in values.indices { target[index] = Float(values[index]) }
  case .double:
    let target = pointer.assumingMemoryBound(to: Double.self)
    for index in values.indices { target[index] = values[index] }
  }
}
