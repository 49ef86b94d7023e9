import CICLBackend

/// Vectors of columns that are turned at once: four where a block of four rows fits into the registers.
private let wide = 4
private let narrow = 2
/// Vectors of lanes that are turned at once: 16 KiB of Float.
private let depthOfWide = 4
private let depthOfNarrow = 8

/// Whether a sum over prompts is worth turning its second operand: enough rows share that work.
@inline(__always) func isWideSum(
  _ instruction: UnsafePointer<icl_instruction>, _ tile: UnsafePointer<icl_tile>, lanes: Int
) -> Bool {
  // Rows and columns stand behind three operands and the count of groups.
  let arguments = instruction.pointee.arguments!
  return UInt32(instruction.pointee.variant) & ICL_RUN_OUT != 0 && tile.pointee.active >= lanes
    && arguments[7] >= 16 && arguments[8] >= 16
}

/// out[g, m, n] += sum over k and over the lanes of a[g, m, k] b[g, n, k].
///
/// b is turned first, so that a vector holds one prompt's value of 16 columns. Then a's lanes are
/// broadcast one by one, and nothing is left to add up across lanes. Arguments as `einsum`.
@inline(__always)
func laneProducts<L: Lanes>(
  _ arguments: inout Arguments, _ data: UnsafeRawPointer, _ type: L.Type
) {
  let out = arguments.target(L.Scalar.self)
  let a = UnsafePointer(arguments.target(L.self))
  let b = UnsafePointer(arguments.target(L.self))
  let e = EinsumArguments(&arguments, data)
  withUnsafeTemporaryAllocation(of: L.self, capacity: depthOfNarrow * L.laneCount * narrow) {
    buffer in
    let turned = buffer.baseAddress!
    for g in 0..<e.groups {
      let (to, left, right) = (out + Int(e.outG[g]), a + Int(e.aG[g]), b + Int(e.bG[g]))
      for step in 0..<e.outer {
        let (x, y) = (left + Int(e.aK[step]), right + Int(e.bK[step]))
        let rest = L.partCount == 1 ? e.columns / (wide * L.laneCount) * wide * L.laneCount : 0
        products(e, x, y, turned, to, columns: 0..<rest, vectors: wide, depth: depthOfWide)
        products(
          e, x, y, turned, to, columns: rest..<e.columns, vectors: narrow, depth: depthOfNarrow)
      }
    }
  }
}

/// The products of some columns, so many vectors of them and so many of k at a time.
@inline(__always)
private func products<L: Lanes>(
  _ e: EinsumArguments, _ a: UnsafePointer<L>, _ b: UnsafePointer<L>,
  _ turned: UnsafeMutablePointer<L>, _ out: UnsafeMutablePointer<L.Scalar>, columns: Range<Int>,
  vectors: Int, depth: Int
) {
  let block = vectors * L.laneCount
  var begin = columns.isEmpty ? e.depth : 0
  while begin < e.depth {
    let length = min(depth, e.depth - begin)
    for n in stride(from: columns.lowerBound, to: columns.upperBound, by: block) {
      let width = min(block, columns.upperBound - n)
      turn(b + begin * e.sb, e.bN + n, width, of: block, length, e.sb, to: turned)
      let (from, to) = (a + begin * e.sa, out + Int(e.outN[n]))
      if vectors == wide {
        for m in stride(from: 0, to: e.rows, by: 4) { addWide(from, e, m, length, turned, to) }
      } else {
        for m in stride(from: 0, to: e.rows, by: 8) {
          addRows(from, e, m, length, turned, to, width)
        }
      }
    }
    begin += length
  }
}

/// [columns][depth][lanes] to [depth][lanes][columns]; columns beyond the width are 0.
@inline(__always)
private func turn<L: Lanes>(
  _ b: UnsafePointer<L>, _ columns: UnsafePointer<Int32>, _ width: Int, of block: Int,
  _ length: Int, _ stride: Int, to target: UnsafeMutablePointer<L>
) {
  let lanes = L.laneCount
  if width < block {
    for place in 0..<length * block { target[place] = L.zero }
  }
  let scalars = UnsafeMutableRawPointer(target).assumingMemoryBound(to: L.Scalar.self)
  for k in 0..<length {
    let to = scalars + k * lanes * block
    var n = 0
    while n + 8 <= width {
      L.turnEight(b + k * stride, columns + n, to: to + n, stride: block)
      n += 8
    }
    while n < width {
      let from = UnsafeRawPointer(b + Int(columns[n]) + k * stride)
        .assumingMemoryBound(to: L.Scalar.self)
      for lane in 0..<lanes { to[lane * block + n] = from[lane] }
      n += 1
    }
  }
}

/// Four rows of the result by four vectors of columns; rows beyond the last repeat it and are not stored.
@inline(__always)
private func addWide<L: Lanes>(
  _ a: UnsafePointer<L>, _ e: EinsumArguments, _ m: Int, _ length: Int,
  _ turned: UnsafeMutablePointer<L>, _ out: UnsafeMutablePointer<L.Scalar>
) {
  let lanes = L.laneCount
  @inline(__always) func row(_ i: Int) -> UnsafePointer<L.Scalar> {
    UnsafeRawPointer(a + Int(e.aM[min(m + i, e.rows - 1)])).assumingMemoryBound(to: L.Scalar.self)
  }
  let (a0, a1, a2, a3) = (row(0), row(1), row(2), row(3))
  var c = Block<L>()
  var y = UnsafePointer(turned)
  var from = 0
  // Loops that run at least once, as in `blockOfSums`.
  var left = length
  repeat {
    var lane = from
    repeat {
      let (y0, y1, y2, y3) = (y[0], y[1], y[2], y[3])
      y += 4
      var x = L(a0[lane])
      c.c00 = L.multiplyAdd(x, y0, c.c00)
      c.c01 = L.multiplyAdd(x, y1, c.c01)
      c.c02 = L.multiplyAdd(x, y2, c.c02)
      c.c03 = L.multiplyAdd(x, y3, c.c03)
      x = L(a1[lane])
      c.c10 = L.multiplyAdd(x, y0, c.c10)
      c.c11 = L.multiplyAdd(x, y1, c.c11)
      c.c12 = L.multiplyAdd(x, y2, c.c12)
      c.c13 = L.multiplyAdd(x, y3, c.c13)
      x = L(a2[lane])
      c.c20 = L.multiplyAdd(x, y0, c.c20)
      c.c21 = L.multiplyAdd(x, y1, c.c21)
      c.c22 = L.multiplyAdd(x, y2, c.c22)
      c.c23 = L.multiplyAdd(x, y3, c.c23)
      x = L(a3[lane])
      c.c30 = L.multiplyAdd(x, y0, c.c30)
      c.c31 = L.multiplyAdd(x, y1, c.c31)
      c.c32 = L.multiplyAdd(x, y2, c.c32)
      c.c33 = L.multiplyAdd(x, y3, c.c33)
      lane += 1
    } while lane < from + lanes
    from += e.sa * lanes
    left -= 1
  } while left > 0
  @inline(__always) func put(_ i: Int, _ c0: L, _ c1: L, _ c2: L, _ c3: L) {
    guard m + i < e.rows else { return }
    let place = UnsafeMutableRawPointer(out + Int(e.outM[m + i]))
    @inline(__always) func add(_ vector: Int, _ value: L) {
      let to = place + vector * MemoryLayout<L>.size
      to.storeBytes(of: to.loadUnaligned(as: L.self) + value, as: L.self)
    }
    add(0, c0)
    add(1, c1)
    add(2, c2)
    add(3, c3)
  }
  put(0, c.c00, c.c01, c.c02, c.c03)
  put(1, c.c10, c.c11, c.c12, c.c13)
  put(2, c.c20, c.c21, c.c22, c.c23)
  put(3, c.c30, c.c31, c.c32, c.c33)
}

/// Eight rows of the result; rows beyond the last repeat it and are not stored.
@inline(__always)
private func addRows<L: Lanes>(
  _ a: UnsafePointer<L>, _ e: EinsumArguments, _ m: Int, _ length: Int,
  _ turned: UnsafeMutablePointer<L>, _ out: UnsafeMutablePointer<L.Scalar>, _ width: Int
) {
  let lanes = L.laneCount
  @inline(__always) func row(_ i: Int) -> UnsafePointer<L.Scalar> {
    UnsafeRawPointer(a + Int(e.aM[min(m + i, e.rows - 1)])).assumingMemoryBound(to: L.Scalar.self)
  }
  let (a0, a1, a2, a3) = (row(0), row(1), row(2), row(3))
  let (a4, a5, a6, a7) = (row(4), row(5), row(6), row(7))
  let c = sumsOfRows(e, length, UnsafePointer(turned), a0, a1, a2, a3, a4, a5, a6, a7, L.self)
  @inline(__always) func put(_ i: Int, _ first: L, _ second: L) {
    guard m + i < e.rows else { return }
    let place = out + Int(e.outM[m + i])
    if width == narrow * lanes {
      let raw = UnsafeMutableRawPointer(place)
      raw.storeBytes(of: raw.loadUnaligned(as: L.self) + first, as: L.self)
      let next = UnsafeMutableRawPointer(place + lanes)
      next.storeBytes(of: next.loadUnaligned(as: L.self) + second, as: L.self)
    } else {
      for n in 0..<min(width, lanes) { place[n] += first[lane: n] }
      for n in lanes..<max(width, lanes) { place[n] += second[lane: n - lanes] }
    }
  }
  put(0, c.c00, c.c01)
  put(1, c.c02, c.c03)
  put(2, c.c10, c.c11)
  put(3, c.c12, c.c13)
  put(4, c.c20, c.c21)
  put(5, c.c22, c.c23)
  put(6, c.c30, c.c31)
  put(7, c.c32, c.c33)
}

/// Two vectors of columns for each of eight rows: row r has the places 2 r and 2 r + 1 of the block.
@inline(__always)
private func sumsOfRows<L: Lanes>(
  _ e: EinsumArguments, _ length: Int, _ turned: UnsafePointer<L>,
  _ a0: UnsafePointer<L.Scalar>, _ a1: UnsafePointer<L.Scalar>, _ a2: UnsafePointer<L.Scalar>,
  _ a3: UnsafePointer<L.Scalar>, _ a4: UnsafePointer<L.Scalar>, _ a5: UnsafePointer<L.Scalar>,
  _ a6: UnsafePointer<L.Scalar>, _ a7: UnsafePointer<L.Scalar>, _ type: L.Type
) -> Block<L> {
  let lanes = L.laneCount
  if L.partCount > 1 {
    return withUnsafeTemporaryAllocation(of: Block<L>.self, capacity: 1) { block in
      let to = UnsafeMutableRawPointer(block.baseAddress!)
      for part in stride(from: 0, to: 2 * L.partCount, by: 2) {
        fourRows(e, length, turned, part, a0, a1, a2, a3, to)
        fourRows(e, length, turned, part, a4, a5, a6, a7, to + 8 * MemoryLayout<L>.stride)
      }
      return block[0]
    }
  }
  var c = Block<L>()
  var y = turned
  for k in 0..<length {
    let from = k * e.sa * lanes
    for lane in from..<from + lanes {
      let (y0, y1) = (y[0], y[1])
      y += 2
      var x = L(a0[lane])
      c.c00 = L.multiplyAdd(x, y0, c.c00)
      c.c01 = L.multiplyAdd(x, y1, c.c01)
      x = L(a1[lane])
      c.c02 = L.multiplyAdd(x, y0, c.c02)
      c.c03 = L.multiplyAdd(x, y1, c.c03)
      x = L(a2[lane])
      c.c10 = L.multiplyAdd(x, y0, c.c10)
      c.c11 = L.multiplyAdd(x, y1, c.c11)
      x = L(a3[lane])
      c.c12 = L.multiplyAdd(x, y0, c.c12)
      c.c13 = L.multiplyAdd(x, y1, c.c13)
      x = L(a4[lane])
      c.c20 = L.multiplyAdd(x, y0, c.c20)
      c.c21 = L.multiplyAdd(x, y1, c.c21)
      x = L(a5[lane])
      c.c22 = L.multiplyAdd(x, y0, c.c22)
      c.c23 = L.multiplyAdd(x, y1, c.c23)
      x = L(a6[lane])
      c.c30 = L.multiplyAdd(x, y0, c.c30)
      c.c31 = L.multiplyAdd(x, y1, c.c31)
      x = L(a7[lane])
      c.c32 = L.multiplyAdd(x, y0, c.c32)
      c.c33 = L.multiplyAdd(x, y1, c.c33)
    }
  }
  return c
}

/// Two parts that stand side by side, of four rows: eight sums.
@inline(__always)
private func fourRows<L: Lanes>(
  _ e: EinsumArguments, _ length: Int, _ turned: UnsafePointer<L>, _ part: Int,
  _ a0: UnsafePointer<L.Scalar>, _ a1: UnsafePointer<L.Scalar>, _ a2: UnsafePointer<L.Scalar>,
  _ a3: UnsafePointer<L.Scalar>, _ rows: UnsafeMutableRawPointer
) {
  typealias P = L.Part
  let lanes = L.laneCount
  var (c00, c01, c10, c11) = (P(0), P(0), P(0), P(0))
  var (c20, c21, c30, c31) = (P(0), P(0), P(0), P(0))
  var y = UnsafeRawPointer(turned).assumingMemoryBound(to: P.self) + part
  for k in 0..<length {
    let from = k * e.sa * lanes
    for lane in from..<from + lanes {
      let (y0, y1) = (y[0], y[1])
      y += 2 * L.partCount
      var x = P(a0[lane])
      c00 = P.multiplyAdd(x, y0, c00)
      c01 = P.multiplyAdd(x, y1, c01)
      x = P(a1[lane])
      c10 = P.multiplyAdd(x, y0, c10)
      c11 = P.multiplyAdd(x, y1, c11)
      x = P(a2[lane])
      c20 = P.multiplyAdd(x, y0, c20)
      c21 = P.multiplyAdd(x, y1, c21)
      x = P(a3[lane])
      c30 = P.multiplyAdd(x, y0, c30)
      c31 = P.multiplyAdd(x, y1, c31)
    }
  }
  @inline(__always) func put(_ row: Int, _ first: P, _ second: P) {
    let to = (rows + row * 2 * MemoryLayout<L>.stride).assumingMemoryBound(to: P.self) + part
    to[0] = first
    to[1] = second
  }
  put(0, c00, c01)
  put(1, c10, c11)
  put(2, c20, c21)
  put(3, c30, c31)
}
