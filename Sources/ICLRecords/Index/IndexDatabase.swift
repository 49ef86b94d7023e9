internal import GRDB

/// The file behind a `RunIndex`.
struct IndexDatabase {
  private let queue: DatabaseQueue

  /// Of the tables.
  private static let version = 1

  init(_ path: String) throws {
    var configuration = Configuration()
    // Several runs of a sweep may end at once.
    configuration.busyMode = .timeout(10)
    // What a crash of the machine damages is made again from the run directories.
    configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = OFF") }
    queue = try DatabaseQueue(path: path, configuration: configuration)
    try queue.write { database in
      let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
      if version == 0 { try database.execute(sql: Self.tables) }
      if version != 0 && version != Self.version {
        throw DatabaseError(
          resultCode: .SQLITE_NOTADB, message: "its tables are of version \(version)")
      }
    }
  }

  func write<Result>(_ body: (Database) throws -> Result) throws -> Result {
    try queue.write(body)
  }

  func close() throws { try queue.close() }

  /// What a new file mends; a full disk or missing rights are not.
  static func isDamage(_ error: DatabaseError) -> Bool {
    [.SQLITE_NOTADB, .SQLITE_CORRUPT, .SQLITE_ERROR, .SQLITE_MISMATCH].contains(
      error.resultCode)
  }

  private static let tables = """
    CREATE TABLE runs (
      path TEXT PRIMARY KEY, name TEXT NOT NULL, state TEXT NOT NULL, step INTEGER NOT NULL,
      steps INTEGER NOT NULL, model TEXT NOT NULL, task TEXT NOT NULL, optimizer TEXT NOT NULL,
      experiment TEXT NOT NULL, precision TEXT NOT NULL, backend TEXT NOT NULL,
      host TEXT NOT NULL, icl_host TEXT NOT NULL, started TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE options (
      run TEXT NOT NULL REFERENCES runs ON DELETE CASCADE, owner TEXT NOT NULL,
      name TEXT NOT NULL, value, origin TEXT NOT NULL, PRIMARY KEY (run, owner, name)
    ) WITHOUT ROWID;
    CREATE TABLE final_values (
      run TEXT NOT NULL REFERENCES runs ON DELETE CASCADE, series TEXT NOT NULL,
      step INTEGER NOT NULL, value REAL, PRIMARY KEY (run, series)
    ) WITHOUT ROWID;
    PRAGMA user_version = 1;
    """
}
