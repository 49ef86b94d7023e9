/// One named quantity of a record in `metrics.jsonl`: a number, or an array of them.
///
/// Its name is the series' name, the same in tables, TensorBoard, plots and reports:
/// `training.loss`, `test.loss`, `<evaluation>.<metric>.<value>`.
public struct RecordedValue: Hashable, Sendable {
  public var series: String
  /// Empty for a number.
  public var shape: [Int]
  /// What the first axis counts from.
  public var firstIndex: Int
  public var values: [Double]

  /// The name of an element: `…[i]`, `…[i,j]`; a number's is the series'.
  public func name(of element: Int) -> String {
    guard !shape.isEmpty else { return series }
    var rest = element
    var indices: [Int] = []
    for extent in shape.reversed() {
      indices.insert(rest % max(extent, 1), at: 0)
      rest /= max(extent, 1)
    }
    indices[0] += firstIndex
    return series + "[" + indices.map(String.init).joined(separator: ",") + "]"
  }
}

extension RecordedValue {
  /// All that a record holds; what is null in it is left out.
  public static func all(in record: JSON) -> [RecordedValue] {
    switch record["kind"]?.string {
    case "training": scalars(of: record, owner: "training")
    case "evaluation": evaluation(record)
    default: []
    }
  }

  private static let places: Set = ["kind", "step", "name", "prompts", "first_context_length"]

  private static func scalars(of record: JSON, owner: String) -> [RecordedValue] {
    (record.members ?? []).compactMap { member in
      guard !places.contains(member.key), let value = member.value.real else { return nil }
      return RecordedValue(
        series: "\(owner).\(member.key)", shape: [], firstIndex: 0, values: [value])
    }
  }

  private static func evaluation(_ record: JSON) -> [RecordedValue] {
    let owner = record["name"]?.string ?? "test"
    let first = record["first_context_length"]?.integer ?? 0
    var result = scalars(of: record, owner: owner)
    for member in record.members ?? [] where member.key != "values" {
      guard let values = member.value.reals, !values.isEmpty else { continue }
      result.append(
        RecordedValue(
          series: "\(owner).\(member.key)", shape: [values.count], firstIndex: first,
          values: values))
    }
    for value in record["values"]?.elements ?? [] {
      guard let metric = value["metric"]?.string, let name = value["name"]?.string,
        let shape = value["shape"]?.elements?.compactMap(\.integer)
      else { continue }
      let first = value["first_index"]?.integer ?? 0
      func add(_ numbers: [Double]?, _ ending: String) {
        guard let numbers, numbers.count == shape.reduce(1, *) else { return }
        result.append(
          RecordedValue(
            series: "\(owner).\(metric).\(name)\(ending)", shape: shape, firstIndex: first,
            values: numbers))
      }
      add(value["values"]?.reals ?? value["values"]?.real.map { [$0] }, "")
      add(
        value["standard_errors"]?.reals ?? value["standard_errors"]?.real.map { [$0] },
        ".standard_error")
    }
    return result
  }
}
