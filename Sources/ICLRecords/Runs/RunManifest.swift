/// What ran: the program, its plugins, the machine, the seeds. The file `manifest.json` is this.
public struct RunManifest: Hashable, Sendable {
  public struct Plugin: Hashable, Sendable {
    public var name: String
    public var path: String
    public var version: String
    /// Ids of the components that the run uses.
    public var components: [String]
    public var sha256: String

    public init(
      name: String, path: String, version: String, components: [String], sha256: String
    ) {
      self.name = name
      self.path = path
      self.version = version
      self.components = components
      self.sha256 = sha256
    }
  }

  public struct Option: Hashable, Sendable {
    /// model, task, optimizer, run, or the id of a metric.
    public var owner: String
    public var name: String
    public var value: JSON
    /// Where the value comes from: a default, the command line, a line of a file.
    public var origin: String

    public init(owner: String, name: String, value: JSON, origin: String) {
      self.owner = owner
      self.name = name
      self.value = value
      self.origin = origin
    }
  }

  public var name = ""
  public var hostVersion = ""
  /// Major and minor version of the interface to plugins.
  public var abi = ""
  public var model = ""
  public var task = ""
  public var optimizer = ""
  public var metrics: [String] = []
  public var plugins: [Plugin] = []
  public var options: [Option] = []
  /// SHA-256 of the resolved experiment with its plugins' digests.
  public var experiment = ""
  public var processor = ""
  public var system = ""
  public var host = hostName()
  public var backend = ""
  public var threads = 0
  public var precision = ""
  /// By what they are for.
  public var seeds: [String: Int] = [:]
  public var commandLine: [String] = []
  /// In UTC.
  public var started = Time.now.text

  public init() {}

  public var json: JSON {
    let texts = { (values: [String]) -> JSON in .array(values.map { .text($0) }) }
    return [
      "name": .text(name), "icl_host": .text(hostVersion), "abi": .text(abi),
      "model": .text(model), "task": .text(task), "optimizer": .text(optimizer),
      "metrics": texts(metrics), "experiment": .text(experiment),
      "plugins": .array(
        plugins.map {
          [
            "name": .text($0.name), "path": .text($0.path), "version": .text($0.version),
            "components": texts($0.components), "sha256": .text($0.sha256),
          ]
        }),
      "options": .array(
        options.map {
          [
            "owner": .text($0.owner), "name": .text($0.name), "value": $0.value,
            "origin": .text($0.origin),
          ]
        }),
      "processor": .text(processor), "system": .text(system), "host": .text(host),
      "backend": .text(backend), "threads": .integer(threads), "precision": .text(precision),
      "seeds": .object(
        seeds.sorted { $0.key < $1.key }.map { .init(key: $0.key, value: .integer($0.value)) }),
      "command_line": texts(commandLine), "started": .text(started),
    ]
  }

  /// What a document says; what is missing in it stays empty.
  public init(_ document: JSON) {
    func text(_ key: String) -> String { document[key]?.string ?? "" }
    func texts(_ value: JSON?) -> [String] { value?.elements?.compactMap(\.string) ?? [] }
    name = text("name")
    hostVersion = text("icl_host")
    abi = text("abi")
    (model, task, optimizer) = (text("model"), text("task"), text("optimizer"))
    metrics = texts(document["metrics"])
    experiment = text("experiment")
    plugins = (document["plugins"]?.elements ?? []).map {
      Plugin(
        name: $0["name"]?.string ?? "", path: $0["path"]?.string ?? "",
        version: $0["version"]?.string ?? "", components: texts($0["components"]),
        sha256: $0["sha256"]?.string ?? "")
    }
    options = (document["options"]?.elements ?? []).map {
      Option(
        owner: $0["owner"]?.string ?? "", name: $0["name"]?.string ?? "",
        value: $0["value"] ?? nil, origin: $0["origin"]?.string ?? "")
    }
    (processor, system, host) = (text("processor"), text("system"), text("host"))
    (backend, precision) = (text("backend"), text("precision"))
    threads = document["threads"]?.integer ?? 0
    for member in document["seeds"]?.members ?? [] {
      seeds[member.key] = member.value.integer
    }
    commandLine = texts(document["command_line"])
    started = text("started")
  }
}

extension RunDirectory {
  public func write(_ manifest: RunManifest) throws(RecordError) {
    try write("manifest.json", manifest.json.text + "\n")
  }

  /// nil if the run has not got as far as to write one.
  public func manifest() throws(RecordError) -> RunManifest? {
    let file = path(to: "manifest.json")
    guard exists(file) else { return nil }
    return RunManifest(try JSON(file: file))
  }
}
