internal import GRDB

extension RunIndex {
  /// One run, as the index has it.
  public struct Entry: Hashable, Sendable {
    /// Of the run directory, from the index's folder.
    public let path: String
    public let name: String
    public let state: RunStatus.State
    public let step: Int
    public let steps: Int
    public let model: String
    public let task: String
    public let optimizer: String
    /// In UTC.
    public let started: String
    /// The last measured values of `test.loss` and `test.oracle_loss`.
    public let loss: Double?
    public let oracleLoss: Double?

    /// The newest first.
    static func all(_ database: Database) throws -> [Entry] {
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT runs.*, loss.value AS loss, oracle.value AS oracle FROM runs
          LEFT JOIN final_values loss ON loss.run = runs.path AND loss.series = 'test.loss'
          LEFT JOIN final_values oracle
            ON oracle.run = runs.path AND oracle.series = 'test.oracle_loss'
          ORDER BY started DESC, path
          """)
      return rows.map { row in
        Entry(
          path: row["path"], name: row["name"],
          state: RunStatus.State(rawValue: row["state"]) ?? .failed, step: row["step"],
          steps: row["steps"], model: row["model"], task: row["task"],
          optimizer: row["optimizer"], started: row["started"], loss: row["loss"],
          oracleLoss: row["oracle"])
      }
    }
  }
}
