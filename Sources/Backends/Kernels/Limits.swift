// What the machine can do at best: the two loops of a roofline.

/// Multiply-adds in registers; the chains hide each other's latency.
@inline(never)
func multiplyAdds(_ rounds: Int, chains: Int, _ result: UnsafeMutablePointer<Float>) -> Double {
  typealias L = FloatLanes
  let x = L(result[0])
  let y = L(result[1])
  switch chains {
  case 2:
    var (a, b) = (y, x)
    for _ in 0..<rounds {
      for _ in 0..<16 {
        a = L.multiplyAdd(a, x, y)
        b = L.multiplyAdd(b, x, y)
      }
    }
    result[2] = (a + b).sum(first: 16)
  case 4:
    var (a, b, c, d) = (y, x, y, x)
    for _ in 0..<rounds {
      for _ in 0..<16 {
        a = L.multiplyAdd(a, x, y)
        b = L.multiplyAdd(b, x, y)
        c = L.multiplyAdd(c, x, y)
        d = L.multiplyAdd(d, x, y)
      }
    }
    result[2] = ((a + b) + (c + d)).sum(first: 16)
  default:
    var (a, b, c, d) = (y, x, y, x)
    var (e, f, g, h) = (y, x, y, x)
    var (i, j, k, l) = (y, x, y, x)
    for _ in 0..<rounds {
      for _ in 0..<16 {
        a = L.multiplyAdd(a, x, y)
        b = L.multiplyAdd(b, x, y)
        c = L.multiplyAdd(c, x, y)
        d = L.multiplyAdd(d, x, y)
        e = L.multiplyAdd(e, x, y)
        f = L.multiplyAdd(f, x, y)
        g = L.multiplyAdd(g, x, y)
        h = L.multiplyAdd(h, x, y)
        i = L.multiplyAdd(i, x, y)
        j = L.multiplyAdd(j, x, y)
        k = L.multiplyAdd(k, x, y)
        l = L.multiplyAdd(l, x, y)
      }
    }
    let sum = ((a + b) + (c + d)) + ((e + f) + (g + h)) + ((i + j) + (k + l))
    result[2] = sum.sum(first: 16)
  }
  let used = chains == 2 || chains == 4 ? chains : 12
  return Double(rounds) * 16 * Double(used) * 2 * 16
}

/// out = a + b / 2
@inline(never)
func stream(
  _ vectors: Int, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
  _ out: UnsafeMutablePointer<Float>
) {
  let a = UnsafeRawPointer(a).assumingMemoryBound(to: FloatLanes.self)
  let b = UnsafeRawPointer(b).assumingMemoryBound(to: FloatLanes.self)
  let out = UnsafeMutableRawPointer(out).assumingMemoryBound(to: FloatLanes.self)
  let half = FloatLanes(0.5)
  for i in 0..<vectors { out[i] = FloatLanes.multiplyAdd(half, b[i], a[i]) }
}
