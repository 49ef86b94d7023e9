import CICLBackend
import ICLGraph

extension CompiledProgram {
  /// A program whose tiles suit the batch: several vectors of lanes to an element where what a tile
  /// needs stays in the second cache level, and enough tiles are left for all threads.
  ///
  /// It depends on the graph and the batch alone, so results do not depend on the machine's threads.
  static func fitting(
    _ batch: Int?, vectors forced: Int?, kept: KeptValues, _ graph: Graph, roots: [NodeID],
    seed: UInt64,
    precision: Precision,
    parameterOffsets: [String: Int]
  ) throws -> CompiledProgram {
    let lanes = Int(ICL_TILE_LANES)
    func compile(_ vectors: Int, _ kept: KeptValues) throws -> CompiledProgram {
      try CompiledProgram(
        graph, roots: roots, seed: seed, precision: precision, vectors: vectors,
        kept: kept, parameterOffsets: parameterOffsets)
    }
    func compile(_ vectors: Int) throws -> CompiledProgram {
      let program = try compile(vectors, kept)
      let tiles = ((batch ?? 0) + lanes * vectors - 1) / (lanes * vectors)
      // Where it would take more than a gigabyte, it is computed in each step after all.
      let isTooLarge = tiles * program.keptCount * lanes * precision.size > 1 << 30
      return isTooLarge ? try compile(vectors, .nothing) : program
    }
    if let forced { return try compile(forced) }
    let single = try compile(1)
    guard let batch else { return single }
    let bytes = single.stepCount * lanes * precision.size
    func fits(_ vectors: Int, tiles: Int, _ limit: Int) -> Bool {
      batch % (vectors * lanes) == 0 && batch / (vectors * lanes) >= tiles
        && bytes * vectors <= limit
    }
    // Wide tiles where a tile is so small that instructions cost more than what they do.
    if let wide = [32, 16].first(where: { fits($0, tiles: 8, 40 << 10) }) {
      return try compile(wide)
    }
    // A plugin's own operation costs a call for each tile, and microseconds where it is in a process
    // of its own: then fewer tiles.
    let tiles = graph.hasCustomOperations ? 8 : 32
    return try [8, 4, 2].first { fits($0, tiles: tiles, 256 << 10) }.map(compile) ?? single
  }
}

extension Graph {
  fileprivate var hasCustomOperations: Bool {
    nodes.contains { node in
      switch node.operation {
      case .custom, .customPullback: true
      default: false
      }
    }
  }
}
