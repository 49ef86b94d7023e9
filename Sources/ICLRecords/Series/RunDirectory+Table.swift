/// `metrics.csv`: what `metrics.jsonl` holds, one row a step, one column a series.
extension RunDirectory {
  /// Written on close, for a spreadsheet. An array of more than 4096 numbers is only in
  /// `metrics.jsonl`.
  public func writeTable() throws(RecordError) {
    var columns: [String] = []
    var places: [String: Int] = [:]
    var rows: [Int: [Int: Double]] = [:]
    for record in try metrics() {
      guard let step = record["step"]?.integer else { continue }
      for value in RecordedValue.all(in: record) where value.values.count <= 4096 {
        for (element, number) in value.values.enumerated() {
          let name = value.name(of: element)
          let place = places[name] ?? columns.count
          if place == columns.count {
            columns.append(name)
            places[name] = place
          }
          rows[step, default: [:]][place] = number
        }
      }
    }
    var text = "step" + columns.map { "," + Self.quoted($0) }.joined() + "\n"
    for (step, row) in rows.sorted(by: { $0.key < $1.key }) {
      text += "\(step)"
      for place in columns.indices {
        text += ","
        if let number = row[place] { text += Self.text(number) }
      }
      text += "\n"
    }
    try write("metrics.csv", text)
  }

  private static func quoted(_ text: String) -> String {
    guard text.contains(where: { ",\"\n\r".contains($0) }) else { return text }
    var result = "\""
    for letter in text { result += letter == "\"" ? "\"\"" : String(letter) }
    return result + "\""
  }

  private static func text(_ number: Double) -> String {
    number.isNaN ? "NaN" : number.isFinite ? "\(number)" : number > 0 ? "inf" : "-inf"
  }
}
