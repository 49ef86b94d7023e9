import ICLRecords

/// What one run measured, by the names of series, and what the run was.
public struct RunSeries: Sendable {
  /// A number or an array that was measured at some steps.
  public struct Quantity: Sendable {
    public var name: String
    /// Names of the axes; empty for a number.
    public var axes: [String]
    public var shape: [Int]
    /// What the first axis counts from.
    public var firstIndex: Int
    public var steps: [Int] = []
    /// At each step, the last axis fastest.
    public var values: [[Double]] = []
    /// Like the values; nil where none were recorded.
    public var standardErrors: [[Double]]?
  }

  public let directory: RunDirectory
  public let status: RunStatus
  /// Empty in a run that has not got as far as to write one.
  public let manifest: RunManifest
  /// By when they were first recorded; standard errors are within their quantities.
  public let quantities: [Quantity]
  private let places: [String: Int]

  /// Reads `status`, `manifest.json` and `metrics.jsonl` of a run directory.
  public init(reading directory: RunDirectory) throws(RecordError) {
    self.directory = directory
    status = try directory.presentStatus()
    manifest = try directory.manifest() ?? RunManifest()
    quantities = Self.quantities(in: try directory.metrics())
    places = Dictionary(
      uniqueKeysWithValues: quantities.enumerated().map { ($0.element.name, $0.offset) })
  }

  /// What lines of a `metrics.jsonl` hold, by when it was first recorded.
  public static func quantities(in lines: [JSON]) -> [Quantity] {
    var reading = QuantityReading()
    for line in lines { reading.add(line) }
    return reading.quantities
  }

  public init(path: String) throws(RecordError) {
    try self.init(reading: RunDirectory(opening: path))
  }

  public var names: [String] { quantities.map(\.name) }

  /// By its full name.
  public subscript(name: String) -> Quantity? { places[name].map { quantities[$0] } }

  /// The full name for a short one: `loss` is `test.loss` where that was measured, otherwise
  /// `training.loss`, otherwise the one series that ends so. Elements keep their `[i]`.
  public func fullName(_ typed: String) -> String? {
    let (base, indices) = SeriesName.split(typed)
    let candidates = [base, "test.\(base)", "training.\(base)"]
    if let name = candidates.first(where: { places[$0] != nil }) { return name + indices }
    // What is measured is meant, unless theory is asked for.
    let ending = names.filter { name in
      name.hasSuffix(".\(base)")
        && (base.hasPrefix("theory.") || !name.hasSuffix(".theory.\(base)"))
    }
    return ending.count == 1 ? ending[0] + indices : nil
  }

  /// The theory for a measured series, by name: `test.m.loss` has `test.m.theory.loss`, and
  /// `test.loss` any `test.….theory.loss`.
  public func theoryName(of name: String) -> String? {
    let (base, indices) = SeriesName.split(name)
    return names.first { SeriesName.isTheory($0, of: base) }.map { $0 + indices }
  }
}

/// No run has what was asked for.
public struct UnknownSeries: Error, Hashable, Sendable, CustomStringConvertible {
  public var name: String
  /// What there is.
  public var known: [String]
  /// What else is wrong where there is a series of this name.
  public var detail: String?

  public var description: String { detail ?? "there is no series '\(name)' in these runs" }
}

/// The grammar of names of series.
enum SeriesName {
  /// "test.scores[1,2]" as "test.scores" and "[1,2]".
  static func split(_ name: String) -> (base: String, indices: String) {
    guard name.hasSuffix("]"), let open = name.lastIndex(of: "[") else { return (name, "") }
    return (String(name[..<open]), String(name[open...]))
  }

  /// "[1,2]" as 1 and 2; nil for other text.
  static func indices(_ text: String) -> [Int]? {
    let parts = text.dropFirst().dropLast().split(separator: ",", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { Int($0) }
    return numbers.count == parts.count && !numbers.isEmpty ? numbers : nil
  }

  static func isTheory(_ name: String) -> Bool { name.contains(".theory.") }

  static func isTheory(_ name: String, of measured: String) -> Bool {
    guard let range = name.firstRange(of: ".theory.") else { return false }
    let value = name[range.upperBound...]
    if measured == "\(name[..<range.lowerBound]).\(value)" { return true }
    let owner = name.prefix { $0 != "." }
    return measured == "\(owner).\(value)"
  }

  /// The series that holds the standard errors of another.
  static func error(of name: String) -> String {
    if name.hasSuffix(".loss") { return name.dropLast(4) + "standard_error" }
    if name.hasSuffix(".loss_by_context_length"), !name.hasSuffix(".oracle_loss_by_context_length")
    {
      return name.dropLast(22) + "standard_error_by_context_length"
    }
    return name + ".standard_error"
  }
}
