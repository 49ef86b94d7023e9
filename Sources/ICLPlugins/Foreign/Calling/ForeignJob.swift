/// What a component's steps are run on: the values of its formulas and the arrays of an item.
///
/// An item is a prompt of a model or task, a position of a metric, or the whole run of an optimizer.
struct ForeignJob: Hashable {
  struct Array: Hashable {
    var name: String
    /// Of one item.
    var elements: Int
  }

  /// The same for all items.
  var values: [String: Double]
  /// Each item goes through the steps once for each of these: for each scored position of a model.
  var passes: [[String: Double]] = [[:]]
  var arrays: [Array]
}

/// The loss at a point, with its gradient written; nil when it is time to stop.
typealias ForeignObjective = (UnsafePointer<Double>, UnsafeMutablePointer<Double>) -> Double?

/// Where calls leave word of what they are at, for the report of a crash.
struct ForeignMarker {
  /// The number of the function that is running, plus one; then the item.
  let memory: UnsafeMutablePointer<Int>
}
