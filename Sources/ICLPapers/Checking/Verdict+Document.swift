import ICLRecords
import ICLTraining

extension Verdict {
  /// One of `checks` in the document of `reproduce`.
  public var document: JSON {
    var document: JSON = [
      "id": .text(check.id), "title": .text(check.title), "source": .text(check.source.rawValue),
      "expected": expectedDocument, "measured": measured.map(\.json) ?? nil,
      "standard_error": measured.flatMap(\.errorJSON) ?? nil,
      "tolerance": form.tolerance.json, "holds": .boolean(holds),
      "seeds": .array(seeds.map { .integer($0) }),
    ]
    if let figure = check.figure { document.add("figure", .text(figure)) }
    if let reason { document.add("reason", .text(reason)) }
    if let disproof = check.disproof { document.add("fails", .text(disproof)) }
    if !check.note.isEmpty { document.add("note", .text(check.note)) }
    return document
  }

  private var expectedDocument: JSON {
    switch (form.expected, outcome) {
    case (_, .compared(_, let expected, _)): expected.json
    case (.values(let expected), _): expected.json
    case (.holds, _): true
    case (.measured(let formula), _): .text(formula.text)
    case (.range(let least, let most), _):
      [
        "at_least": least.map { .real($0) } ?? nil, "at_most": most.map { .real($0) } ?? nil,
      ]
    }
  }
}

extension Quantity {
  /// A number, a list, or lists of lists.
  public var json: JSON { Self.json(shape[...], values[...]) }

  var errorJSON: JSON? { errors.map { Self.json(shape[...], $0[...]) } }

  private static func json(_ shape: ArraySlice<Int>, _ values: ArraySlice<Double>) -> JSON {
    guard let extent = shape.first else { return .real(values[values.startIndex]) }
    let size = extent > 0 ? values.count / extent : 0
    return .array(
      (0..<extent).map { place in
        let start = values.startIndex + place * size
        return json(shape.dropFirst(), values[start..<(start + size)])
      })
  }
}

extension Tolerance {
  var json: JSON {
    var json: JSON = [:]
    if let absolute { json.add("absolute", .real(absolute)) }
    if let relative { json.add("relative", .real(relative)) }
    if let standardErrors { json.add("standard_errors", .real(standardErrors)) }
    if let factor { json.add("factor", .real(factor)) }
    return json
  }
}
