import ICLKit

extension Boolean {
  /// Refuses settings that mean nothing.
  func check() throws {
    guard support <= dimension else {
      throw KitError(
        "\(support) hidden bits of \(dimension): there are at most as many as bits",
        path: "support")
    }
    guard labels == .endToEnd || support % group == 0 else {
      throw KitError(
        "groups of \(group) do not divide \(support) hidden bits: make support a multiple of group",
        path: "group")
    }
    guard function != .majority || groupSize % 2 == 1 else {
      throw KitError(
        "the majority of \(groupSize) bits can be a tie: make it odd",
        path: labels == .hints ? "group" : "support")
    }
    try checkInputs()
    if tree == .full { try checkTree() }
    guard contextLength == 0 || tree == .groups else {
      throw KitError("a tree of nodes has no context of pairs", path: "context-length")
    }
  }

  private func checkInputs() throws {
    let isRare = function == .and || function == .or
    switch inputs {
    case .nearMiss where !isRare:
      throw KitError(
        "near misses are of AND and OR, not \(function.rawValue): give function or other inputs",
        path: "inputs")
    case .conditioned where !isRare:
      throw KitError(
        "AND and OR have a rare value, \(function.rawValue) has not", path: "inputs")
    case .everyRow where dimension > 20:
      throw KitError("2^\(dimension) rows are too many; at most 20 bits have a set", path: "inputs")
    case .everyRow, .splitmix64:
      guard contextLength == 0 else {
        throw KitError(
          "a set of rows has no context of pairs: give inputs=independent", path: "inputs")
      }
    default: break
    }
    guard contextLength == 0 || inputs == .independent || inputs == .conditioned else {
      throw KitError(
        "near misses are a test of single rows, not of a context", path: "inputs")
    }
    guard inputs != .splitmix64 || sampleSize * dimension <= 1 << 26 else {
      throw KitError(
        "\(sampleSize) rows of \(dimension) bits; a given sample has at most 2^26",
        path: "sample-size")
    }
  }

  private func checkTree() throws {
    guard labels == .hints else {
      throw KitError(
        "a tree has a label for each node, end-to-end has one: give labels=hints, and weigh the "
          + "loss with node-weight=0, root-weight=1 for the root alone", path: "labels")
    }
    guard group >= 2 else { throw KitError("a tree needs groups of at least 2", path: "group") }
    var rest = support
    while rest % group == 0 { rest /= group }
    guard rest == 1, support > 1 else {
      throw KitError(
        "\(support) hidden bits are no power of \(group), which a full tree of groups of \(group) "
          + "needs", path: "support")
    }
  }
}
