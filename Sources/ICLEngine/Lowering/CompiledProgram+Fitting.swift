import CICLBackend
import ICLGraph

extension CompiledProgram {
  /// A program whose tiles suit the batch: several vectors of lanes to an element where what a tile
  /// needs stays in the second cache level, and enough tiles are left for all threads.
  ///
  /// It depends on the graph and the batch alone, so results do not depend on the machine's threads.
  static func fitting(
    _ batch: Int?, vectors forced: Int?, _ graph: Graph, roots: [NodeID], seed: UInt64,
    precision: Precision,
    parameterOffsets: [String: Int]
  ) throws -> CompiledProgram {
    func compile(_ vectors: Int) throws -> CompiledProgram {
      try CompiledProgram(
        graph, roots: roots, seed: seed, precision: precision, vectors: vectors,
        parameterOffsets: parameterOffsets)
    }
    if let forced { return try compile(forced) }
    let single = try compile(1)
    guard let batch else { return single }
    let lanes = Int(ICL_TILE_LANES)
    let bytes = single.tileCount * lanes * precision.size
    let fitting = [8, 4, 2].first {
      batch % ($0 * lanes) == 0 && batch / ($0 * lanes) >= 32 && bytes * $0 <= 256 << 10
    }
    return try fitting.map(compile) ?? single
  }
}
