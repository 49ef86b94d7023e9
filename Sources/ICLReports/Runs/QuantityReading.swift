import ICLRecords

/// Gathers the quantities of a run from its records.
struct QuantityReading {
  private var all: [RunSeries.Quantity] = []
  private var places: [String: Int] = [:]

  mutating func add(_ record: JSON) {
    guard let step = record["step"]?.integer else { return }
    let axes = Self.axes(of: record)
    for value in RecordedValue.all(in: record) {
      let place = places[value.series] ?? all.count
      if place == all.count {
        places[value.series] = place
        all.append(
          RunSeries.Quantity(
            name: value.series, axes: axes[value.series] ?? Self.axes(value), shape: value.shape,
            firstIndex: value.firstIndex))
      }
      // A record of another shape belongs to another run of the same name; it cannot be joined.
      guard all[place].shape == value.shape else { continue }
      all[place].steps.append(step)
      all[place].values.append(value.values)
    }
  }

  /// Standard errors joined to what they are of.
  var quantities: [RunSeries.Quantity] {
    var errors: Set<String> = []
    let joined = all.map { quantity -> RunSeries.Quantity in
      let name = SeriesName.error(of: quantity.name)
      guard let place = places[name], all[place].shape == quantity.shape,
        all[place].steps == quantity.steps
      else { return quantity }
      errors.insert(name)
      var quantity = quantity
      quantity.standardErrors = all[place].values
      return quantity
    }
    return joined.filter { !errors.contains($0.name) }
  }

  /// Names of axes, which the values of metrics carry.
  private static func axes(of record: JSON) -> [String: [String]] {
    var axes: [String: [String]] = [:]
    let owner = record["name"]?.string ?? ""
    for value in record["values"]?.elements ?? [] {
      guard let metric = value["metric"]?.string, let name = value["name"]?.string else { continue }
      axes["\(owner).\(metric).\(name)"] = value["axes"]?.elements?.compactMap(\.string)
    }
    return axes
  }

  private static func axes(_ value: RecordedValue) -> [String] {
    if value.shape.count == 1, value.series.hasSuffix("_by_context_length") {
      return ["context length"]
    }
    return value.shape.indices.map { "axis \($0)" }
  }
}
