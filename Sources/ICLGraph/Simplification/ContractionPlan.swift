/// The cheapest order of pairwise contractions, by dynamic programming over sets of factors.
struct ContractionPlan {
  /// What a set of factors is contracted to, and how. Sets are bit masks.
  struct Step {
    var cost: Double
    var labels: [Int]
    /// The two sets that it joins; nil for one factor.
    var parts: (Int, Int)?
    var kind: Product.Kind
  }

  private(set) var steps: [Int: Step] = [:]
  let all: Int
  /// The set whose value is scaled by the product's coefficient, the smallest there is.
  private(set) var scaled = 0
  private(set) var cost = 0.0

  init?(_ product: Product, kind: (Product.Factor) -> Product.Kind) {
    let count = product.factors.count
    guard count > 0 else { return nil }
    all = (1 << count) - 1
    let output = Set(product.output)
    for set in 1...all {
      let inside = (0..<count).filter { set >> $0 & 1 == 1 }
      let outside = (0..<count).filter { set >> $0 & 1 == 0 }
      let needed = output.union(outside.flatMap { product.factors[$0].labels })
      if inside.count == 1 {
        let factor = product.factors[inside[0]]
        let labels = factor.labels.filter { needed.contains($0) }
        let size = product.size(factor.labels)
        let own = kind(factor)
        let isReduced = labels.count < factor.labels.count
        steps[set] = Step(
          cost: isReduced
            ? Product.cost(flops: size, elements: product.size(labels), own) : 0,
          labels: labels, parts: nil, kind: own)
        continue
      }
      let lowest = set & -set
      var part = (set - 1) & set
      var best: Step?
      while part > 0 {
        // Each pair once: the left part has the first factor.
        if part & lowest != 0, let left = steps[part], let right = steps[set ^ part] {
          let step = join(left, right, (part, set ^ part), needed, product)
          if best.map({ step.cost < $0.cost - 1e-12 }) ?? true { best = step }
        }
        part = (part - 1) & set
      }
      steps[set] = best
    }
    guard let last = steps[all] else { return nil }
    cost = last.cost
    if product.coefficient != 1 { chooseScaled(product) }
  }

  private func join(
    _ left: Step, _ right: Step, _ parts: (Int, Int), _ needed: Set<Int>, _ product: Product
  ) -> Step {
    let union = left.labels + right.labels.filter { !left.labels.contains($0) }
    let labels = union.filter { needed.contains($0) }
    let space = product.size(union)
    let kind = left.kind | right.kind
    // What is kept is read in every step.
    let kept = [left, right].filter { $0.kind.isFixed && $0.kind.isBatched && !kind.isFixed }
    let reading = kept.reduce(0) { $0 + Product.keptElement * product.size($1.labels) }
    let own = Product.cost(
      flops: labels.count < union.count ? 2 * space : space, elements: product.size(labels), kind)
    return Step(
      cost: left.cost + right.cost + own + reading, labels: labels, parts: parts, kind: kind)
  }

  private mutating func chooseScaled(_ product: Product) {
    var best = Double.infinity
    var pending = [all]
    while let set = pending.popLast() {
      let step = steps[set]!
      let size = product.size(step.labels)
      let own = Product.cost(flops: size, elements: size, step.kind)
      if own < best { (best, scaled) = (own, set) }
      if let parts = step.parts { pending += [parts.0, parts.1] }
    }
    cost += best
  }
}
