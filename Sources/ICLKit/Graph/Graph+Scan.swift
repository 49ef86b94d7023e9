import CICL

/// What the body of a scan is given at one step, and may use besides constants.
public struct ScanStep {
  public let graph: Graph
  public let carries: [Tensor]
  /// Row t of each sequence.
  public let slices: [Tensor]
  public let shared: [Tensor]
}

extension Graph {
  /// A recurrence with a body: (carries, outputs[t]) = body(carries, sequences[t], shared) for
  /// t = 0, 1, … along the first axis of the sequences; from the end if reverse.
  ///
  /// Without sequences, length says how often. The body is called once, to record it. Returns the
  /// last carries, and the outputs stacked along a new first axis.
  public func scan(
    initial: [Tensor], sequences: [Tensor], shared: [Tensor] = [], outputs outputCount: Int,
    length: Int = 0, reverse: Bool = false,
    body: (ScanStep) -> (carries: [Tensor], outputs: [Tensor])
  ) -> (carries: [Tensor], outputs: [Tensor]) {
    var results = [icl_node](repeating: 0, count: initial.count + outputCount)
    withoutActuallyEscaping(body) { body in
      let recording = Recording(
        carries: initial.count, slices: sequences.count, shared: shared.count,
        outputs: outputCount, body: body)
      initial.map(\.node).withUnsafeBufferPointer { initial in
        sequences.map(\.node).withUnsafeBufferPointer { sequences in
          shared.map(\.node).withUnsafeBufferPointer { shared in
            var scan = icl_scan(
              struct_size: size(icl_scan.self), reverse: reverse ? 1 : 0,
              carry_count: UInt32(initial.count), sequence_count: UInt32(sequences.count),
              shared_count: UInt32(shared.count), output_count: UInt32(outputCount),
              initial: initial.baseAddress, sequences: sequences.baseAddress,
              shared: shared.baseAddress, user: Unmanaged.passUnretained(recording).toOpaque(),
              body: record, length: UInt64(max(length, 0)))
            withExtendedLifetime(recording) { table.scan(builder, &scan, &results) }
          }
        }
      }
    }
    let tensors = results.map { Tensor($0, in: self) }
    return (Array(tensors[..<initial.count]), Array(tensors[initial.count...]))
  }
}

/// The body of a scan while the host records it.
private final class Recording {
  let carries: Int
  let slices: Int
  let shared: Int
  let outputs: Int
  let body: (ScanStep) -> (carries: [Tensor], outputs: [Tensor])

  init(
    carries: Int, slices: Int, shared: Int, outputs: Int,
    body: @escaping (ScanStep) -> (carries: [Tensor], outputs: [Tensor])
  ) {
    self.carries = carries
    self.slices = slices
    self.shared = shared
    self.outputs = outputs
    self.body = body
  }
}

private let record:
  @convention(c) (
    UnsafeMutableRawPointer?, UnsafePointer<icl_graph>?, UnsafePointer<icl_node>?,
    UnsafePointer<icl_node>?, UnsafePointer<icl_node>?, UnsafeMutablePointer<icl_node>?,
    UnsafeMutablePointer<icl_node>?
  ) -> Void = { user, graph, carries, slices, shared, nextCarries, outputs in
    guard let graph = try? Graph(graph) else { return }
    try? with(user, as: Recording.self) { recording in
      func tensors(_ nodes: UnsafePointer<icl_node>?, _ count: Int) -> [Tensor] {
        UnsafeBufferPointer(start: nodes, count: count).map { Tensor($0, in: graph) }
      }
      let result = recording.body(
        ScanStep(
          graph: graph, carries: tensors(carries, recording.carries),
          slices: tensors(slices, recording.slices), shared: tensors(shared, recording.shared)))
      guard result.carries.count == recording.carries, result.outputs.count == recording.outputs
      else {
        graph.fail(
          "the body of a scan returned \(result.carries.count) carries and "
            + "\(result.outputs.count) outputs, expected \(recording.carries) and "
            + "\(recording.outputs)")
        return
      }
      for (index, carry) in result.carries.enumerated() { nextCarries?[index] = carry.node }
      for (index, output) in result.outputs.enumerated() { outputs?[index] = output.node }
    }
  }
