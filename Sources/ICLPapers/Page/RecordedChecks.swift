import ICLRecords
import ICLTraining

/// What full runs found, as it is kept with the paper: measured/*.json.
public struct RecordedChecks: Sendable {
  private var texts: [String: String] = [:]

  public init() {}

  /// Files that are no records, such as times.json, are left out.
  public init(_ paper: Paper) {
    let folder = "\(paper.folder)/measured"
    for name in FileTest.names(in: folder) where name.hasSuffix(".json") {
      guard let text = try? TextFile.read("\(folder)/\(name)"),
        let json = try? JSON(parsing: text), let date = json["date"]?.string
      else { continue }
      for check in json["checks"]?.elements ?? [] {
        guard let id = check["id"]?.string, let measured = check["measured"]?.quantity else {
          continue
        }
        texts[id] = "\(Verdict.text(measured)) (\(date))"
      }
    }
  }

  /// "0.1405 (2026-11-21)"
  public subscript(id: String) -> String? { texts[id] }
}

extension JSON {
  /// A number, or lists of equal lists.
  var quantity: Quantity? {
    if let real { return Quantity(real) }
    guard let elements else { return nil }
    let parts = elements.compactMap(\.quantity)
    return parts.count == elements.count ? try? Quantity.stacked(parts) : nil
  }
}
