import Glibc

/// Why plugins were refused, by the SHA-256 of their bytes: for people to look up, never to decide
/// by.
public struct RefusalRecords: Hashable, Sendable {
  public struct Record: Hashable, Sendable {
    /// Where the bytes were.
    public var file: String
    /// A stable word, such as not-pinned.
    public var code: String
    public var message: String
    public var hint: String
    /// In UTC: 2026-03-01T12:00:00Z.
    public var time: String

    /// - Parameter time: nil for now.
    public init(
      file: String, code: String, message: String, hint: String, time: String? = nil
    ) {
      self.file = file
      self.code = code
      self.message = message
      self.hint = hint
      self.time = time ?? Time.now.text
    }
  }

  public let folder: String

  public init(_ folder: String) { self.folder = folder }

  /// $XDG_CACHE_HOME/icl-host/refused, or ~/.cache/icl-host/refused; nil where neither is absolute.
  public init?(environment: [String: String]) {
    func absolute(_ name: String) -> String? {
      environment[name].flatMap { $0.hasPrefix("/") ? $0 : nil }
    }
    guard let cache = absolute("XDG_CACHE_HOME") ?? absolute("HOME").map({ $0 + "/.cache" })
    else { return nil }
    folder = cache + "/icl-host/refused"
  }

  private func path(_ digest: String) -> String { "\(folder)/\(digest).json" }

  public func record(of digest: String) -> Record? {
    guard let json = try? JSON(file: path(digest)) else { return nil }
    return Record(json)
  }

  /// Replaces what was known of these bytes.
  public func write(_ record: Record, digest: String) throws(RecordError) {
    try makeFolder(folder)
    try record.json.write(to: path(digest))
  }

  public func remove(digest: String) { unlink(path(digest)) }
}

extension RefusalRecords.Record {
  fileprivate var json: JSON {
    [
      "format": 1, "file": .text(file), "code": .text(code), "message": .text(message),
      "hint": .text(hint), "time": .text(time),
    ]
  }

  fileprivate init?(_ json: JSON) {
    guard json["format"]?.integer == 1, let file = json["file"]?.string,
      let code = json["code"]?.string, let message = json["message"]?.string,
      let hint = json["hint"]?.string, let time = json["time"]?.string
    else { return nil }
    self.init(file: file, code: code, message: message, hint: hint, time: time)
  }
}
