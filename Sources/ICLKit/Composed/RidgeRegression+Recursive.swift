extension Graph {
  /// The same predictions from one pair to the next, without a system for every position.
  ///
  /// Recursive least squares is O(D²) a pair, where a solve is O(D³); for few pairs one elimination
  /// of all of them costs less. Rounding errors grow with 1 / penalty.
  public func recursiveRidgeRegression(for task: Signature, penalty: Tensor) -> Tensor {
    let isShort = task.contextLength <= min(2 * task.inputDimension, 32)
    return task.scoring == .everyPrefix && isShort
      ? eliminatedRidge(penalty) : recursiveRidge(task, penalty)
  }

  /// One elimination of K = X Xᵀ + penalty I, position by position, with the labels beside it.
  ///
  /// K is proportional to the covariance of the labels. So when the rows before k are eliminated,
  /// what is left of label k is y_k minus its prediction from the pairs before it. The query's label
  /// counts as 0. K is symmetric: rows start at their diagonal, and a row's multiples for later rows
  /// are its own elements over its pivot. Rows are taken four at a time, so that what earlier rows
  /// take from them are contractions.
  private func eliminatedRidge(_ penalty: Tensor) -> Tensor {
    let x = input("x")
    let count = x.extent(0)
    let labels = input("y").padded(axis: 0, after: 1)
    let panelSize = 4
    /// Eliminated rows from the first column behind their panel on, and their negative multiples.
    var panels: [(columns: Int, rows: Tensor, multiples: Tensor)] = []
    var surprises: [Tensor] = []
    for first in stride(from: 0, to: count, by: panelSize) {
      let end = min(first + panelSize, count)
      let squares = einsum("id,jd->ij", x[first..<end], x[first..<count])
      let ridge = constant([end - first, count - first]) { $0[0] == $0[1] ? 1 : 0 }
      var rest = concatenate(
        [squares + penalty.reshaped([1]) * ridge, labels[first..<end]], axis: 1)
      for panel in panels {
        let own = panel.multiples.slice(first - panel.columns..<end - panel.columns, axis: 1)
        let rows = panel.rows.slice(first - panel.columns..<panel.rows.extent(1), axis: 1)
        rest = rest + einsum("ki,kj->ij", own, rows)
      }
      var rows: [Tensor] = []
      var factors: [Tensor] = []
      for row in first..<end {
        let columns = rest.extent(1)
        // One division for each row: they cost many multiplications.
        let factor = -1 / rest[0..<1].slice(0..<1, axis: 1)
        surprises.append(rest[0..<1].slice(count - row..<columns, axis: 1))
        rows.append(rest[0..<1].slice(end - row..<columns, axis: 1))
        factors.append(factor)
        if row + 1 == end { break }
        let others = rest[0..<1].slice(1..<columns, axis: 1)
        let multiples = (others.slice(0..<end - row - 1, axis: 1) * factor)
          .reshaped([end - row - 1, 1])
        rest = rest[1..<end - row].slice(1..<columns, axis: 1) + multiples * others
      }
      if end < count {
        let eliminated = concatenate(rows, axis: 0)
        panels.append((end, eliminated, eliminated * concatenate(factors, axis: 0)))
      }
    }
    return labels - concatenate(surprises, axis: 0)
  }

  /// A scan over the pairs. With P = penalty (Σ x xᵀ + penalty I)⁻¹, which starts as I, and w = 0:
  ///     g = P x / (penalty + xᵀ P x),   w ← w + g (y - wᵀ x)ᵀ,   P ← P - g (P x)ᵀ
  /// P and w are carried side by side, [D, D + O].
  private func recursiveRidge(_ task: Signature, _ penalty: Tensor) -> Tensor {
    let (n, d, outputs) = (task.contextLength, task.inputDimension, task.outputDimension)
    let x = input("x")
    let start = constant([d, d + outputs]) { $0[0] == $0[1] ? 1 : 0 }
    let isQuery = task.scoring == .query
    let steps = scan(
      initial: [start], sequences: [x[0..<n], input("y").padded(axis: 1, before: d)],
      shared: [penalty.reshaped([1])], outputs: isQuery ? 0 : 1
    ) { step in
      let (state, x) = (step.carries[0], step.slices[0])
      let product = einsum("i,ij->j", x, state)
      let direction = product[0..<d]
      let spread = einsum("i,i->", x, direction) + step.shared[0]
      let gain = (direction / spread).reshaped([d, 1])
      let change = (product - step.slices[1]).reshaped([1, d + outputs])
      return ([state - gain * change], isQuery ? [] : [product[d..<d + outputs]])
    }
    let weights = steps.carries[0].slice(d..<d + outputs, axis: 1)
    let last = einsum("pi,io->po", x[n..<n + 1], weights)
    return isQuery ? last : concatenate([steps.outputs[0], last], axis: 0)
  }
}
