import ICLRecords

/// The error of a body, and nil if it has none.
func recordError(_ body: () throws -> Void) -> RecordError? {
  do {
    try body()
    return nil
  } catch {
    return error as? RecordError
  }
}
