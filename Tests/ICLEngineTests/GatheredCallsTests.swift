import ICLEngine
import ICLGraph
import Synchronization
import Testing

/// What an operation was asked, on any thread.
private final class Counts: Sendable {
  struct Values {
    var crossings = 0
    var pieces: [Int] = []
  }
  private let values = Mutex(Values())
  func add(_ body: (inout Values) -> Void) { values.withLock { body(&$0) } }
  var all: Values { values.withLock { $0 } }
}

/// Custom operations whose calls are made for many tiles at once.
@Suite struct GatheredCallsTests {
  /// The tiles of a thread go to an operation whose calls are dear at once: the same bits, the same
  /// calls of its function, and far fewer crossings.
  @Test(arguments: [16, 48, 400, 1000, 2048], [1, 3])
  func tilesThatAreCalledTogetherChangeNoBit(_ count: Int, _ threads: Int) throws {
    let counts = Counts()
    @Sendable func cube<S: BinaryFloatingPoint>(
      _ x: UnsafePointer<S>, _ y: UnsafeMutablePointer<S>, _ n: Int
    ) {
      // Not the same for a row that stands elsewhere in its tile.
      for i in 0..<n { y[i] = x[i] * x[i] * x[i] + S(i % 7) / 8 }
    }
    @Sendable func slope<S: BinaryFloatingPoint>(
      _ x: UnsafePointer<S>, _ g: UnsafePointer<S>, _ y: UnsafeMutablePointer<S>, _ n: Int
    ) { for i in 0..<n { y[i] = 3 * x[i] * x[i] * g[i] } }
    func operation(gathers: Bool) -> CustomOperation {
      @Sendable func pieces(_ count: Int, _ piece: Int, _ body: (Range<Int>) -> Void) {
        counts.add { $0.crossings += 1 }
        for start in stride(from: 0, to: count, by: piece) {
          counts.add { $0.pieces.append(piece) }
          body(2 * start..<2 * min(start + piece, count))
        }
      }
      var gathered = GatheredCalls<Float> { count, piece, fill, read in
        let x = UnsafeMutablePointer<Float>.allocate(capacity: 4 * count)
        defer { x.deallocate() }
        fill([x])
        let y = x + 2 * count
        pieces(count, piece) { cube(x + $0.lowerBound, y + $0.lowerBound, $0.count) }
        read(y)
      }
      gathered.pullback = { _, count, piece, fill, read in
        let x = UnsafeMutablePointer<Float>.allocate(capacity: 8 * count)
        defer { x.deallocate() }
        let (y, g, result) = (x + 2 * count, x + 4 * count, x + 6 * count)
        fill([x, y, g])
        pieces(count, piece) {
          slope(x + $0.lowerBound, g + $0.lowerBound, result + $0.lowerBound, $0.count)
        }
        read(result)
      }
      return CustomOperation(
        name: "cube", shape: [2],
        forward: { count, inputs, output in cube(inputs[0], output, 2 * count) },
        pullback: { count, inputs, _, g, results in slope(inputs[0], g, results[0], 2 * count) },
        forwardSingle: { count, inputs, output in cube(inputs[0], output, 2 * count) },
        pullbackSingle: { count, inputs, _, g, results in
          slope(inputs[0], g, results[0], 2 * count)
        }, gatheredSingle: gathers ? gathered : nil)
    }
    func values(gathers: Bool) throws -> [[Double]] {
      var graph = Graph()
      let x = graph.input("x", [2])
      let w = try graph.parameter("w", initial: try graph.constant([0.5, -1.5], [2]))
      let y = graph.custom(operation(gathers: gathers), [try graph.binary(.multiply, x, w)])
      let square = try graph.binary(.multiply, y, y)
      let total = graph.batchSum(try graph.reduce(.sum, square, axes: [0]))
      let gradient = try graph.gradients(of: total, for: [w])[0]
      let program = try Program(
        graph, roots: [total, gradient, y], seed: 0,
        configuration: EngineConfiguration(precision: .single, threads: threads), batch: count)
      let inputs = (0..<2 * count).map { Double(($0 * 7919) % 1000) / 500 - 1 }
      // Several times: the first runs are on one thread.
      for step in 0..<5 {
        try program.run(
          .init(
            step: UInt64(step), firstPrompt: 0, count: count, weight: 1, inputs: ["x": inputs]))
      }
      return (0..<3).map { program.values(of: $0) }
    }
    let plain = try values(gathers: false)
    #expect(counts.all.crossings == 0)
    #expect(try values(gathers: true) == plain)
    let (crossings, pieces) = (counts.all.crossings, counts.all.pieces)
    // Sixteen accumulators: so many tiles at most go together.
    let rounds = (pieces.count / 10 + 15) / 16
    #expect(crossings <= 10 * threads * rounds, "\(crossings) crossings in 5 runs")
    #expect(pieces.allSatisfy { $0 == pieces[0] && $0 % 16 == 0 })
    #expect(pieces.count == 10 * ((count + pieces[0] - 1) / pieces[0]))
  }
}
