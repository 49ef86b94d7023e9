/// What is known of the inverse of the Hessian, H.
///
///     H ← (I - r s yᵀ) H (I - r y sᵀ) + r s sᵀ,   r = 1 / yᵀs
/// for a step s that changed the gradient by y (Nocedal and Wright, 6.17).
struct InverseHessian {
  private let count: Int
  private var matrix: [Double]
  /// Whether it is still a multiple of the identity.
  private(set) var isFresh = true
  private var isGuess = true

  init(count: Int) {
    self.count = count
    matrix = [Double](repeating: 0, count: count * count)
    reset(scale: 1)
  }

  mutating func reset(scale: Double) {
    for index in matrix.indices { matrix[index] = 0 }
    for index in 0..<count { matrix[index * count + index] = scale }
    (isFresh, isGuess) = (true, true)
  }

  func times(_ vector: [Double]) -> [Double] {
    (0..<count).map { row in
      var sum = 0.0
      for column in 0..<count { sum += matrix[row * count + column] * vector[column] }
      return sum
    }
  }

  mutating func update(step s: [Double], change y: [Double]) {
    let curvature = product(s, y)
    guard curvature > 1e-12 * length(s) * length(y) else { return }
    if isGuess {
      // The first step's curvature is a better guess than its length was (6.20).
      let scale = curvature / product(y, y)
      for index in 0..<count { matrix[index * count + index] = scale }
      isGuess = false
    }
    let r = 1 / curvature
    let hy = times(y)
    let factor = r * (1 + r * product(y, hy))
    for row in 0..<count {
      for column in 0..<count {
        matrix[row * count + column] +=
          factor * s[row] * s[column] - r * (hy[row] * s[column] + s[row] * hy[column])
      }
    }
    isFresh = false
  }
}
