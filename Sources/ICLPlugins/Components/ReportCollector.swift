internal import CICL

/// Copies what a metric reports through an `icl_report`.
final class ReportCollector {
  var values: [MetricValues] = []
  var complaint: String?

  var table: icl_report {
    icl_report(
      struct_size: UInt32(MemoryLayout<icl_report>.size), reserved: 0,
      state: Unmanaged.passUnretained(self).toOpaque(),
      values: { state, name, axis, firstIndex, count, values, standardErrors in
        on(state) { $0.add(name, axis, firstIndex, count, values, standardErrors) }
      },
      tensor: { state, name, rank, extents, axes, values, standardErrors in
        on(state) { $0.add(name, rank, extents, axes, values, standardErrors) }
      })
  }

  private func add(
    _ name: UnsafePointer<CChar>?, _ axis: UnsafePointer<CChar>?, _ firstIndex: Int64,
    _ count: UInt64, _ values: UnsafePointer<Double>?, _ standardErrors: UnsafePointer<Double>?
  ) {
    guard let name = read(name) else { return }
    guard let values, count >= 1, count <= 1 << 32, axis != nil || count == 1 else {
      complaint = complaint ?? "the report '\(name)' has \(count) values, or no axis for them"
      return
    }
    self.values.append(
      MetricValues(
        name: name, axis: axis.map { String(cString: $0) }, firstIndex: Int(firstIndex),
        values: copy(values, Int(count)), standardErrors: standardErrors.map { copy($0, Int(count)) }
      ))
  }

  private func add(
    _ name: UnsafePointer<CChar>?, _ rank: UInt32, _ extents: UnsafePointer<UInt64>?,
    _ axes: UnsafePointer<UnsafePointer<CChar>?>?, _ values: UnsafePointer<Double>?,
    _ standardErrors: UnsafePointer<Double>?
  ) {
    guard let name = read(name) else { return }
    guard let values, rank <= Limits.rank, rank == 0 || (extents != nil && axes != nil) else {
      complaint = complaint ?? "the report '\(name)' of rank \(rank) lacks values, extents or axes"
      return
    }
    var shape: [Int] = []
    var names: [String] = []
    var count = 1
    for axis in 0..<Int(rank) {
      let extent = extents![axis]
      guard extent >= 1, extent <= 1 << 32, count <= (1 << 32) / Int(extent),
        let text = axes![axis].flatMap({ String(validatingCString: $0) }), !text.isEmpty
      else {
        complaint =
          complaint ?? "axis \(axis) of the report '\(name)' has no name, or \(extent) values"
        return
      }
      shape.append(Int(extent))
      names.append(text)
      count *= Int(extent)
    }
    self.values.append(
      MetricValues(
        name: name, axes: names, shape: shape, values: copy(values, count),
        standardErrors: standardErrors.map { copy($0, count) }))
  }

  private func read(_ name: UnsafePointer<CChar>?) -> String? {
    guard let name = name.flatMap({ String(validatingCString: $0) }), !name.isEmpty else {
      complaint = complaint ?? "a report's name is NULL, empty or not UTF-8"
      return nil
    }
    return name
  }
}

private func on(_ state: UnsafeMutableRawPointer?, _ body: (ReportCollector) -> Void) {
  guard let state else { return }
  Unmanaged<ReportCollector>.fromOpaque(state)._withUnsafeGuaranteedRef(body)
}

private func copy(_ values: UnsafePointer<Double>, _ count: Int) -> [Double] {
  Array(UnsafeBufferPointer(start: values, count: count))
}
