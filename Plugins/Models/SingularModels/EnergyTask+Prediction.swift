import ICLKit

extension Graph {
  /// An energy as the prediction of a prompt, [1, 1]: y, which is 0 in every prompt, makes it one.
  func prediction(ofEnergy energy: Tensor) -> Tensor { energy.reshaped([1, 1]) + input("y") }
}
