/// `metrics.jsonl`: one record a line, appended as it is measured.
extension RunDirectory {
  /// For many records; keeps the file open.
  ///
  /// - Parameter capacity: bytes that are kept until they are written together.
  public func metricsFile(capacity: Int = 0) throws(RecordError) -> AppendedFile {
    try AppendedFile(path(to: "metrics.jsonl"), capacity: capacity)
  }

  public func append(metrics record: JSON) throws(RecordError) {
    try metricsFile().append(record.compact)
  }

  /// All records; a last line without its end is none.
  public func metrics() throws(RecordError) -> [JSON] {
    var records: [JSON] = []
    try forEachMetricsLine { _, record in records.append(record) }
    return records
  }

  /// Drops what was measured after a step, before a run goes on from there. Other lines stay as they
  /// are, byte by byte.
  public func truncateMetrics(afterStep step: Int) throws(RecordError) {
    var kept: [UInt8] = []
    try forEachMetricsLine { line, record in
      guard let measured = record["step"]?.integer, measured <= step else { return }
      kept += line
      kept.append(UInt8(ascii: "\n"))
    }
    try PendingFile.write(kept, to: path(to: "metrics.jsonl"))
  }

  private func forEachMetricsLine(
    _ body: (ArraySlice<UInt8>, JSON) -> Void
  ) throws(RecordError) {
    let file = path(to: "metrics.jsonl")
    guard exists(file) else { return }
    let bytes = try contents(of: file)
    var start = 0
    var number = 1
    while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
      do throws(JSONProblem) {
        body(bytes[start..<end], try JSON(parsing: Array(bytes[start..<end])))
      } catch {
        throw RecordError(
          .badData, path: "\(file):\(number)",
          message: "it is not JSON: at byte \(error.byte) of the line \(error.text)",
          hint: "Remove the line, or resume from a checkpoint before it.")
      }
      start = end + 1
      number += 1
    }
  }
}
