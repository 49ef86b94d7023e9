/// Which bytes each plugin is known to be: a lock file.
public struct PluginLock: Hashable, Sendable {
  public struct Pin: Hashable, Sendable {
    /// Of the library, without folder: `libridge-task.so`.
    public var file: String
    public var statement: PluginStatement

    public init(file: String, statement: PluginStatement) {
      self.file = file
      self.statement = statement
    }
  }

  public private(set) var pins: [Pin]

  public init(_ pins: [Pin] = []) {
    self.pins = pins.sorted { ($0.file, $0.statement.sha256) < ($1.file, $1.statement.sha256) }
  }

  /// The pin of these bytes under this file name.
  public func pin(file: String, digest: String) -> Pin? {
    pins.first { $0.file == file && $0.statement.sha256 == digest }
  }

  public func pins(file: String) -> [Pin] { pins.filter { $0.file == file } }

  public func contains(digest: String) -> Bool { pins.contains { $0.statement.sha256 == digest } }

  /// The same with other pins for the files that these are of.
  public func replacing(_ new: [Pin]) -> PluginLock {
    let files = Set(new.map(\.file))
    return PluginLock(pins.filter { !files.contains($0.file) } + new)
  }

  public init(file path: String) throws(RecordError) {
    let json = try JSON(file: path)
    var pins: [Pin] = []
    guard json["format"]?.integer == 1, let list = json["plugins"]?.elements else {
      throw Self.bad(path, "it is no lock of plugins in format 1")
    }
    for (index, entry) in list.enumerated() {
      guard let file = entry["file"]?.string, !file.isEmpty, !file.contains("/"),
        let statement = PluginStatement(entry)
      else {
        throw Self.bad(path, "entry \(index) has no file, name, version and SHA-256")
      }
      pins.append(Pin(file: file, statement: statement))
    }
    self.init(pins)
  }

  public func write(to path: String) throws(RecordError) {
    let list = pins.map { pin in
      var json: JSON = ["file": .text(pin.file)]
      for member in pin.statement.json.members ?? [] { json.add(member.key, member.value) }
      return json
    }
    let json: JSON = ["format": 1, "plugins": .array(list)]
    try TextFile.write(json.text + "\n", to: path)
  }

  private static func bad(_ path: String, _ message: String) -> RecordError {
    RecordError(
      .badData, path: path, message: message, hint: "Write it again: icl-host registry lock")
  }
}
