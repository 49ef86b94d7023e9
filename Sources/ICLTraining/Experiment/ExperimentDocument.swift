import ICLRecords

extension ResolvedRun {
  /// The JSON document of `config show`.
  public func configurationDocument() throws(Failure) -> JSON {
    ["identity": .text(try identity()), "values": Self.document(entries)]
  }

  /// Values by their paths; an item of a list is `metrics[0]`.
  static func document(_ entries: [ExperimentEntry]) -> JSON {
    var values: JSON = [:]
    var item = 0
    for entry in entries {
      let isItem = entry.path.last == "-"
      item = isItem ? item : 0
      let list = entry.path.dropLast().joined(separator: ".")
      values.add(
        isItem ? "\(list)[\(item)]" : entry.name,
        [
          "value": entry.value, "unit": entry.unit.map { .text($0) } ?? nil,
          "origin": .text(entry.origin.description),
        ])
      if isItem { item += 1 }
    }
    return values
  }
}
