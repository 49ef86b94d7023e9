import ICLEngine
import ICLRecords

extension ParameterStore {
  /// Under the names of the graph, in the precision of the run.
  var fileTensors: [TensorFile.Tensor] {
    names.indices.map { index in
      TensorFile.Tensor(
        name: names[index], shape: shapes[index].extents,
        values: .init(pointer(index), shapes[index].count, precision))
    }
  }

  /// Takes over values by name; one error lists all names and shapes that do not match.
  func adopt(_ tensors: [TensorFile.Tensor], from path: String) throws(Failure) {
    let differences = ParameterDifferences(
      expected: shapesByName, found: tensors.shapesByName)
    guard differences.isEmpty else {
      throw Failure(
        .badData, key: path, "it does not fit the model: \(differences.text).",
        hint: "Give a file of the same model with the same options; "
          + "icl-host run --dry-run shows the model's.")
    }
    let byName = Dictionary(tensors.map { ($0.name, $0.values) }) { first, _ in first }
    for index in names.indices {
      guard let values = byName[names[index]] else { continue }
      values.copy(to: pointer(index), precision)
    }
  }
}

extension ParameterStore {
  /// A store of the same parameters with other values.
  func with(_ tensors: [TensorFile.Tensor], from path: String) throws(Failure) -> ParameterStore {
    let store = ParameterStore(names: names, shapes: shapes, precision: precision)
    try store.adopt(tensors, from: path)
    return store
  }
}

extension OptimizerState {
  /// "0/weights" is the first array of the parameter `weights`.
  func tensors(for parameters: ParameterStore) -> [TensorFile.Tensor] {
    places(for: parameters).map { place in
      TensorFile.Tensor(
        name: place.name, shape: parameters.shapes[place.parameter].extents,
        values: .init(
          pointers(place.parameter)[place.array], parameters.shapes[place.parameter].count,
          parameters.precision))
    }
  }

  func adopt(
    _ tensors: [TensorFile.Tensor], for parameters: ParameterStore, from path: String
  ) throws(Failure) {
    let places = places(for: parameters)
    let differences = ParameterDifferences(
      expected: places.map { ($0.name, parameters.shapes[$0.parameter].extents) },
      found: tensors.shapesByName)
    guard differences.isEmpty else {
      throw Failure(
        .badData, key: path, "it does not fit the optimizer: \(differences.text).",
        hint: "It is of a run with another optimizer or another model.")
    }
    let byName = Dictionary(tensors.map { ($0.name, $0.values) }) { first, _ in first }
    for place in places {
      guard let values = byName[place.name] else { continue }
      values.copy(to: pointers(place.parameter)[place.array], parameters.precision)
    }
  }

  private func places(
    for parameters: ParameterStore
  ) -> [(name: String, parameter: Int, array: Int)] {
    parameters.names.indices.flatMap { parameter in
      (0..<arrays).map { ("\($0)/\(parameters.names[parameter])", parameter, $0) }
    }
  }
}

extension TensorFile.Values {
  fileprivate init(_ pointer: UnsafeRawPointer, _ count: Int, _ precision: Precision) {
    switch precision {
    case .single:
      let start = pointer.assumingMemoryBound(to: Float.self)
      self = .float(Array(UnsafeBufferPointer(start: start, count: count)))
    case .double:
      let start = pointer.assumingMemoryBound(to: Double.self)
      self = .double(Array(UnsafeBufferPointer(start: start, count: count)))
    }
  }

  /// In another precision they are rounded.
  fileprivate func copy(to target: UnsafeMutableRawPointer, _ precision: Precision) {
    switch (self, precision) {
    case (.float(let values), .single):
      target.assumingMemoryBound(to: Float.self).update(from: values, count: values.count)
    case (_, .single):
      let values = doubles.map { Float($0) }
      target.assumingMemoryBound(to: Float.self).update(from: values, count: values.count)
    case (_, .double):
      let values = doubles
      target.assumingMemoryBound(to: Double.self).update(from: values, count: values.count)
    }
  }
}

extension ParameterStore {
  var shapesByName: [(name: String, shape: [Int])] {
    zip(names, shapes).map { ($0, $1.extents) }
  }
}

extension [TensorFile.Tensor] {
  var shapesByName: [(name: String, shape: [Int])] { map { ($0.name, $0.shape) } }
}
