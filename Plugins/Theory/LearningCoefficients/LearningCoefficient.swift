/// A learning coefficient λ with its multiplicity m: free energies grow as λ ln n - (m - 1) ln ln n.
public struct LearningCoefficient: Hashable, Sendable {
  public var value: Double
  public var multiplicity: Int

  public init(_ value: Double, multiplicity: Int = 1) {
    self.value = value
    self.multiplicity = multiplicity
  }
}
