import ICLKit

/// What a metric must know of the task `boolean`.
struct BooleanSetting {
  var dimension: Int
  var support: Int
  var group: Int
  var levels: Int
  var function: String
  var isZeroOne: Bool

  init(_ task: Signature, _ snapshot: Snapshot) throws {
    guard let support = task.properties["support"], let group = task.properties["group"],
      let levels = task.properties["levels"],
      let function = snapshot.setting("task", "function")?.text
    else {
      throw KitError(
        "the task has no hidden bits; boolean has", path: "hidden", code: .unsupported)
    }
    dimension = task.inputDimension
    (self.support, self.group, self.levels) = (Int(support), Int(group), Int(levels))
    self.function = function
    isZeroOne = snapshot.setting("task", "encoding")?.text == "zero-one"
  }

  /// Whether the label of all hidden bits is AND or OR, for which decoders are defined.
  var hasDecoders: Bool { function == "and" || function == "or" }
  var isAnd: Bool { function == "and" }

  /// The label of a row, if these bits were the hidden ones.
  func label(of row: UnsafeBufferPointer<Double>, bits: [Int]) -> Bool {
    let one = isZeroOne ? 1.0 : -1.0
    return isAnd
      ? bits.allSatisfy { row[$0] == one } : bits.contains { row[$0] == one }
  }
}

/// Right answers among prompts of either label.
struct BalancedCount {
  private var right = [0.0, 0.0]
  private var all = [0.0, 0.0]

  mutating func add(_ answer: Bool, _ truth: Bool) {
    all[truth ? 1 : 0] += 1
    if answer == truth { right[truth ? 1 : 0] += 1 }
  }

  /// The mean of the rates of both labels; of one, where there is only one.
  var accuracy: Double {
    let rates = all.indices.filter { all[$0] > 0 }.map { right[$0] / all[$0] }
    return rates.isEmpty ? 0 : rates.reduce(0, +) / Double(rates.count)
  }

  /// Of the rates, as means of independent prompts.
  var standardError: Double {
    let rates = all.indices.filter { all[$0] > 0 }.map { (right[$0] / all[$0], all[$0]) }
    let variance = rates.reduce(0) { $0 + $1.0 * (1 - $1.0) / $1.1 }
    return rates.isEmpty ? 0 : variance.squareRoot() / Double(rates.count)
  }
}
