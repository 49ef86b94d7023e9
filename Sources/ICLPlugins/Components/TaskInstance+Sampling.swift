internal import CICL
internal import CICLWorker
internal import Synchronization

extension TaskInstance {
  /// Prompts first ..< first + count, each tensor one prompt behind the other. Any thread.
  public func sample(
    seed: UInt64, step: UInt64, first: UInt64, count: Int, random: any RandomStreams
  ) throws(PluginError) -> [String: [Double]] {
    guard let sample = functions.sample else {
      throw instance.error(.notOffered, "it declares its prompts as a graph.")
    }
    guard count >= 0 else { throw instance.error(.badArgument, "\(count) prompts asked for.") }
    let sizes = signature.tensors.map { $0.shape.count * count }
    let source = DrawSource(seed: seed, step: step, random: random)
    var draw = source.table
    let instance = instance
    var result: [String: [Double]] = [:]
    func read(_ tensors: [UnsafeMutablePointer<Double>?]) {
      for (index, tensor) in signature.tensors.enumerated() {
        result[tensor.name] = Array(
          UnsafeBufferPointer(start: tensors[index], count: sizes[index]))
      }
    }
    try instance.status("sample") { error in
      withExtendedLifetime(source) {
        if instance.component.library.worker != nil {
          return Self.sampleInWorker(instance.raw, draw, first, count, sizes, error, read)
        }
        let memory = UnsafeMutableBufferPointer<Double>.allocate(
          capacity: max(sizes.reduce(0, +), 1))
        // What the plugin leaves unwritten is NaN.
        memory.initialize(repeating: .nan)
        defer { memory.deallocate() }
        var tensors: [UnsafeMutablePointer<Double>?] = []
        var start = memory.baseAddress!
        for size in sizes {
          tensors.append(start)
          start += size
        }
        let status = sample(instance.raw, &draw, first, UInt64(count), tensors, error)
        if status == ICL_OK { read(tensors) }
        return status
      }
    }
    if let complaint = source.complaint.withLock({ $0 }) {
      throw instance.error(.badArgument, "sample: \(complaint).")
    }
    return result
  }

  /// Into tensors that the worker writes itself.
  private static func sampleInWorker(
    _ instance: UnsafeMutableRawPointer?, _ draw: icl_draw, _ first: UInt64, _ count: Int,
    _ sizes: [Int], _ error: UnsafeMutablePointer<icl_error>,
    _ read: ([UnsafeMutablePointer<Double>?]) -> Void
  ) -> Int32 {
    withUnsafePointer(to: draw) { draw in
      guard
        let prompts = icl_worker_prompts_begin(instance, draw, first, UInt64(count), error)
      else { return error.pointee.code == ICL_OK ? ICL_FAILED : error.pointee.code }
      defer { icl_worker_prompts_end(prompts) }
      var tensors: [UnsafeMutablePointer<Double>?] = []
      for (index, size) in sizes.enumerated() {
        let tensor = icl_worker_prompts_tensor(prompts, UInt32(index))
        tensor?.initialize(repeating: .nan, count: size)
        tensors.append(tensor)
      }
      let status = icl_worker_prompts_send(prompts)
      if status == ICL_OK { read(tensors) }
      return status
    }
  }
}

/// The random numbers of one call of `sample`, as an `icl_draw`.
private final class DrawSource: Sendable {
  let seed: UInt64
  let step: UInt64
  let random: any RandomStreams
  /// What was asked for that cannot be; the plugin may ask on several threads.
  let complaint = Mutex<String?>(nil)

  init(seed: UInt64, step: UInt64, random: any RandomStreams) {
    self.seed = seed
    self.step = step
    self.random = random
  }

  var table: icl_draw {
    icl_draw(
      struct_size: UInt32(MemoryLayout<icl_draw>.size), reserved: 0,
      state: Unmanaged.passUnretained(self).toOpaque(),
      uniform: { state, stream, prompt, count, values in
        DrawSource.draw(state, stream, prompt, count, values, isNormal: false)
      },
      normal: { state, stream, prompt, count, values in
        DrawSource.draw(state, stream, prompt, count, values, isNormal: true)
      })
  }

  private static func draw(
    _ state: UnsafeMutableRawPointer?, _ stream: UnsafePointer<CChar>?, _ prompt: UInt64,
    _ count: UInt64, _ values: UnsafeMutablePointer<Double>?, isNormal: Bool
  ) {
    guard let state else { return }
    Unmanaged<DrawSource>.fromOpaque(state)._withUnsafeGuaranteedRef { source in
      guard let stream, let name = String(validatingCString: stream), !name.isEmpty else {
        return source.complain("a stream's name is NULL, empty or not UTF-8")
      }
      guard count > 0 else { return }
      guard let values, count <= UInt64(Limits.count) else {
        return source.complain("\(count) numbers of stream '\(name)' cannot be written")
      }
      let buffer = UnsafeMutableBufferPointer(start: values, count: Int(count))
      if isNormal {
        source.random.normal(
          seed: source.seed, stream: name, step: source.step, prompt: prompt, into: buffer)
      } else {
        source.random.uniform(
          seed: source.seed, stream: name, step: source.step, prompt: prompt, into: buffer)
      }
    }
  }

  private func complain(_ message: String) {
    complaint.withLock { $0 = $0 ?? message }
  }
}
