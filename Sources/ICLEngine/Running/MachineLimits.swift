import Glibc

/// What this machine does at best with one build of the kernels, measured: the roof of a roofline.
public struct MachineLimits: Sendable {
  /// Floating-point operations a second, by multiply-adds of Floats that stay in registers.
  public var flops: Double
  /// Bytes a second between memory and processor: two arrays read, one written, none of which fits
  /// into a cache.
  public var bandwidth: Double
  /// Bytes of a processor's second cache level.
  public var secondLevelCache: Int

  public init(flops: Double, bandwidth: Double, secondLevelCache: Int) {
    self.flops = flops
    self.bandwidth = bandwidth
    self.secondLevelCache = secondLevelCache
  }

  /// Measures for about half a second; the best of several tries.
  public static func measure(_ backend: Backend, threads: Int) -> MachineLimits {
    let workers = Workers(count: threads)
    defer { workers.stop() }
    let count = workers.count
    // An array for each thread, of 16 MB times three.
    let vectors = 1 << 18
    let arrays = (0..<count).map { _ in
      let array = UnsafeMutablePointer<Float>.allocate(capacity: 3 * vectors * 16 + 16)
      array.initialize(repeating: 0.5, count: 3 * vectors * 16 + 16)
      return array
    }
    defer { for array in arrays { array.deallocate() } }
    let aligned = arrays.map {
      UnsafeMutablePointer<Float>(
        bitPattern: (UInt(bitPattern: $0) + 63) / 64 * 64
      ).unsafelyUnwrapped
    }
    func best(_ work: (_ thread: Int) -> Double) -> Double {
      var best = 0.0
      let amounts = UnsafeMutablePointer<Double>.allocate(capacity: count)
      defer { amounts.deallocate() }
      for _ in 0..<8 {
        let start = now()
        workers.run(count) { piece, _ in amounts[piece] = work(piece) }
        best = max(best, (0..<count).reduce(0) { $0 + amounts[$1] } / (now() - start))
      }
      return best
    }
    let flops = [Int64(2), 4, 12].map { chains in
      best { backend.table.multiply_adds(40_000, chains, aligned[$0]) }
    }.max()!
    let bandwidth = best { thread in
      let array = aligned[thread]
      backend.table.stream(
        Int64(vectors), array, array + 16 * vectors, array + 32 * vectors)
      return Double(3 * 64 * vectors)
    }
    return MachineLimits(
      flops: flops, bandwidth: bandwidth,
      secondLevelCache: max(sysconf(Int32(_SC_LEVEL2_CACHE_SIZE)), 256 << 10))
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}

extension Program {
  /// Bytes that a run over a batch must at least move between memory and a core: what is kept of fixed
  /// prompts, and where a tile does not fit into the cache, its arrays once in and once out.
  public func bytesMoved(_ count: Int, cache: Int) -> Double {
    let width = 16 * compiled.vectors
    let tiles = Double((count + width - 1) / width)
    let kept = tiles * Double(compiled.keptCount * laneSize)
    let isSpilled = bytesPerThread > cache
    return kept + (isSpilled ? 2 * tiles * Double(bytesPerThread) : 0)
  }
}
