import ICLGraph
import ICLRandom

/// The numbers of a source that is drawn once a run, in Double whatever the run's precision, so
/// that both precisions start from the same model.
func runValues(_ source: RandomSource, _ shape: Shape, seed: UInt64) throws -> [Double] {
  let stream = PromptStream(perRun: StreamKey(seed: seed, stream: source.stream, scope: .run))
  return values(of: source.kind, stream, shape)
}

/// The numbers of a source for one prompt, in Double.
func values(of kind: RandomSource.Kind, _ stream: PromptStream, _ shape: Shape) -> [Double] {
  switch kind {
  case .orthogonal: return stream.orthogonal(shape[0])
  case .permutation: return stream.permutation(shape[0]).map(Double.init)
  case .index: return [Double(stream.prompt)]
  case .uniform, .normal:
    return [Double](unsafeUninitializedCapacity: shape.count) { buffer, initialized in
      let whole = UnsafeMutableBufferPointer(rebasing: buffer[0..<shape.count])
      if kind == .uniform { stream.uniform(into: whole) } else { stream.normal(into: whole) }
      initialized = shape.count
    }
  }
}
