/// Scans of one body over the same inputs, which differ in what they put out, become one.
///
/// Differentiation extends a scan by the carries that the backward pass reads; the shorter one then
/// has nothing that the longer one has not.
struct ScanMerge {
  private struct Key: Hashable {
    let body: ObjectIdentifier
    let inputs: [NodeID]
  }
  private var records: [NodeID: ScanBody] = [:]

  init(_ graph: Graph) {
    var groups: [Key: [NodeID]] = [:]
    for (index, node) in graph.nodes.enumerated() {
      guard case .scan(let body) = node.operation else { continue }
      let key = Key(body: ObjectIdentifier(body.origin), inputs: node.inputs)
      groups[key, default: []].append(NodeID(index))
    }
    for scans in groups.values where scans.count > 1 {
      let bodies = scans.compactMap { graph.scanBody($0) }
      let origin = bodies[0].origin
      var outputs = origin.outputs
      for output in bodies.flatMap(\.outputs) where !outputs.contains(output) {
        outputs.append(output)
      }
      // One that puts out everything keeps its identity.
      let merged =
        bodies.first { $0.outputs == outputs }
        ?? ScanBody(
          graph: origin.graph, carries: origin.carries, slices: origin.slices,
          shared: origin.shared, nextCarries: origin.nextCarries, outputs: outputs,
          length: origin.length, reverse: origin.reverse, extends: origin)
      for scan in scans { records[scan] = merged }
    }
  }

  func record(for scan: NodeID) -> ScanBody? { records[scan] }
}

extension ScanBody {
  /// The scan that this one extends, directly or not.
  var origin: ScanBody { extends?.origin ?? self }
}

extension Graph {
  func scanBody(_ id: NodeID) -> ScanBody? {
    if case .scan(let body) = self[id].operation { body } else { nil }
  }
}

extension Rewriter {
  mutating func mergedScan(_ id: NodeID) -> NodeID? {
    let node = source[id]
    switch node.operation {
    case .scan:
      guard let record = scans.record(for: id) else { return nil }
      return graph.append(
        .scan(record), node.inputs.map { place($0) }, shape: [], isBatched: node.isBatched)
    case .result(let number):
      let scan = node.inputs[0]
      guard let record = scans.record(for: scan), let body = source.scanBody(scan),
        number >= body.carries.count
      else { return nil }
      let output = body.outputs[number - body.carries.count]
      let place = body.carries.count + record.outputs.firstIndex(of: output)!
      return graph.append(
        .result(place), [self.place(scan)], shape: node.shape, isBatched: node.isBatched)
    default: return nil
    }
  }
}
