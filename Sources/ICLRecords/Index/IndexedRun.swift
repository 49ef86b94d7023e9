internal import GRDB

/// What the index records of a run directory.
struct IndexedRun {
  private let path: String
  private let status: RunStatus
  private let manifest: RunManifest
  /// The last value of each series, with its step; arrays of up to 256 numbers, by element.
  private var finals: [String: (step: Int, value: Double)] = [:]

  init(path: String, in folder: String) throws(RecordError) {
    self.path = path
    let run = try RunDirectory(opening: "\(folder)/\(path)")
    status = try run.presentStatus()
    manifest = try run.manifest() ?? RunManifest([:])
    for record in try run.metrics() {
      guard let step = record["step"]?.integer else { continue }
      for value in RecordedValue.all(in: record) where value.values.count <= 256 {
        for (element, number) in value.values.enumerated() {
          finals[value.name(of: element)] = (step, number)
        }
      }
    }
  }

  /// In place of what was there for the same path.
  func insert(_ database: Database) throws {
    try Self.remove(path, from: database)
    let name = manifest.name.isEmpty ? String(path.split(separator: "/").last ?? "") : manifest.name
    try database.execute(
      sql: "INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      arguments: [
        path, name, status.state.rawValue, status.step, status.steps, manifest.model,
        manifest.task, manifest.optimizer, manifest.experiment, manifest.precision,
        manifest.backend, manifest.host, manifest.hostVersion, manifest.started,
      ])
    for option in manifest.options {
      try database.execute(
        sql: "INSERT OR REPLACE INTO options VALUES (?, ?, ?, ?, ?)",
        arguments: [path, option.owner, option.name, option.value.databaseValue, option.origin])
    }
    for (series, final) in finals {
      try database.execute(
        sql: "INSERT INTO final_values VALUES (?, ?, ?, ?)",
        arguments: [path, series, final.step, final.value])
    }
  }

  static func remove(_ path: String, from database: Database) throws {
    try database.execute(sql: "DELETE FROM runs WHERE path = ?", arguments: [path])
  }
}

extension JSON {
  /// A number, a text, null; anything else as the text of the document. SQLite stores no NaN: it
  /// becomes null.
  fileprivate var databaseValue: DatabaseValue {
    switch self {
    case .null: .null
    case .boolean(let value): value.databaseValue
    case .integer(let value): value.databaseValue
    case .real(let value): value.databaseValue
    case .text(let value): value.databaseValue
    case .array, .object: compact.databaseValue
    }
  }
}
