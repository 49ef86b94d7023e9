internal import GRDB
import Glibc

/// `runs.sqlite` in a folder of runs: what they are and how they ended, to be searched.
///
/// Nothing is only here: it is made again from the run directories, also when it is damaged.
public struct RunIndex: Sendable {
  public static let fileName = "runs.sqlite"

  public let folder: String

  public init(folder: String) { self.folder = folder }

  /// Makes the index again from all run directories in a folder and below; gives those that could
  /// not be read.
  @discardableResult
  public static func rebuild(folder: String) throws(RecordError) -> [RecordError] {
    let index = RunIndex(folder: folder)
    let temporary = "\(index.path).\(getpid()).partial"
    defer { for ending in ["", "-journal"] { unlink(temporary + ending) } }
    var refused: [RecordError] = []
    let paths = try index.runPaths()
    try index.failing { () throws -> Void in
      let database = try IndexDatabase(temporary)
      try database.write { database in
        for path in paths {
          do {
            try IndexedRun(path: path, in: folder).insert(database)
          } catch let error as RecordError {
            refused.append(error)
          }
        }
      }
      try database.close()
    }
    guard rename(temporary, index.path) == 0 else {
      throw RecordError(
        .cannotCreate, path: index.path, message: "cannot create it: \(reason())")
    }
    return refused
  }

  /// Records a run in the folder as it is now; makes the whole index where there is no good one.
  public func update(_ run: RunDirectory) throws(RecordError) {
    let root = resolved(folder) + "/"
    let place = resolved(run.path)
    guard place.hasPrefix(root) else {
      throw RecordError(
        .badData, path: run.path, message: "it is not in the folder \(folder) of the index")
    }
    let path = String(place.dropFirst(root.count))
    let entry = try IndexedRun(path: path, in: folder)
    try failing {
      try orRebuild { try $0.write { try entry.insert($0) } }
    }
  }

  /// Brings entries up to date with the `status` of their directories, and gives all, the newest
  /// first. Damaged directories are left out: `rebuild` names them.
  public func refresh() throws(RecordError) -> [Entry] {
    let paths = try runPaths()
    return try failing {
      try orRebuild { database in
        try database.write { database in
          let known = try Entry.all(database)
          for entry in known where !paths.contains(entry.path) {
            try IndexedRun.remove(entry.path, from: database)
          }
          for path in paths {
            guard let status = try? RunDirectory(opening: "\(folder)/\(path)").presentStatus(),
              let entry = known.first(where: { $0.path == path }),
              (entry.state, entry.step, entry.steps) == (status.state, status.step, status.steps)
            else {
              do {
                try IndexedRun(path: path, in: folder).insert(database)
              } catch is RecordError {
                try IndexedRun.remove(path, from: database)
              }
              continue
            }
          }
          return try Entry.all(database)
        }
      }
    }
  }

  var path: String { "\(folder)/\(Self.fileName)" }

  /// Runs a body over the database, and once more over a new one if it is damaged or missing.
  private func orRebuild<Result>(_ body: (IndexDatabase) throws -> Result) throws -> Result {
    if exists(path) {
      do {
        return try body(try IndexDatabase(path))
      } catch let error as DatabaseError where IndexDatabase.isDamage(error) {}
    }
    try Self.rebuild(folder: folder)
    return try body(try IndexDatabase(path))
  }

  private func failing<Result>(_ body: () throws -> Result) throws(RecordError) -> Result {
    do {
      return try body()
    } catch let error as RecordError {
      throw error
    } catch let error as DatabaseError {
      throw RecordError(
        .cannotWrite, path: path, message: "cannot write to it: \(error.message ?? "\(error)")",
        hint: "It can be removed: it is made again from the run directories.")
    } catch {
      throw RecordError(.cannotWrite, path: path, message: "cannot write to it: \(error)")
    }
  }

  /// Of all run directories below the folder, from the folder.
  private func runPaths() throws(RecordError) -> [String] {
    guard isFolder(folder) else {
      throw RecordError(.missing, path: folder, message: "there is no such folder")
    }
    var found: [String] = []
    var open = [""]
    while let place = open.popLast() {
      let here = place.isEmpty ? folder : "\(folder)/\(place)"
      for name in names(in: here) ?? [] where isFolder("\(here)/\(name)") {
        let path = place.isEmpty ? name : "\(place)/\(name)"
        if exists("\(here)/\(name)/status") { found.append(path) } else { open.append(path) }
      }
    }
    return found.sorted()
  }

  private func resolved(_ path: String) -> String {
    guard let text = realpath(path, nil) else { return path }
    defer { free(text) }
    return String(cString: text)
  }
}
