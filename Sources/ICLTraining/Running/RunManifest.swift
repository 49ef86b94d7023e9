import ICLPlugins
import ICLRecords

/// What ran: versions, plugins with their digests, the machine, the seed, the command line.
struct RunManifest {
  static let file = "manifest.json"

  /// Of the experiment, and of the parameters that it starts from.
  let identity: String
  let document: JSON
  private let parameters: [(name: String, shape: [Int])]

  /// - Parameter initial: the SHA-256 of the file that parameters start from; nil where the model
  ///   draws them.
  init(
    _ run: ResolvedRun, _ composition: Composition, identity: String, initial: String?,
    commandLine: [String]
  ) throws(Failure) {
    self.identity = identity
    parameters = composition.parameterShapes
    var options: JSON = [:]
    for option in run.values { options.add("\(option.owner).\(option.name)", option.value.json) }
    document = [
      "version": .integer(RunDirectory.version), "icl_host": .text(Version.text),
      "abi": .text(PluginLibrary.abi), "identity": .text(identity),
      "model": .text(run.model.component.id), "task": .text(run.task.component.id),
      "optimizer": run.optimizer.map { .text($0.component.id) } ?? nil,
      "seed": .integer(Int(run.options.seed)), "precision": .text(run.options.precision.rawValue),
      "backend": .text(run.backend.rawValue), "threads": .integer(run.options.threads),
      "processor": .text(Machine.processorName), "plugins": try Self.plugins(of: run),
      "initial_parameters_sha256": initial.map { .text($0) } ?? nil,
      "parameters": .array(
        parameters.map {
          ["name": .text($0.name), "shape": .array($0.shape.map { .integer($0) })]
        }),
      "options": options, "command_line": .array(commandLine.map { .text($0) }),
    ]
  }

  private static func plugins(of run: ResolvedRun) throws(Failure) -> JSON {
    var libraries: [PluginLibrary] = []
    for component in run.components where !libraries.contains(where: { $0 === component.library }) {
      libraries.append(component.library)
    }
    return .array(
      try libraries.map { (library) throws(Failure) in
        [
          "name": .text(library.name), "version": .text(library.version),
          "path": .text(library.path),
          "sha256": .text(try failing { try Digest.sha256(ofFile: library.path) }),
        ]
      })
  }

  /// What is otherwise in a recorded manifest, in words: options, plugins, parameters.
  func differences(from recorded: JSON) -> [String] {
    var result: [String] = []
    let (now, before) = (document["options"]?.members ?? [], recorded["options"]?.members ?? [])
    for key in ["model", "task", "optimizer", "initial_parameters_sha256"] {
      let (here, there) = (document[key]?.string, recorded[key]?.string)
      if here != there { result.append("\(key) is \(there ?? "none") there, \(here ?? "none") here") }
    }
    for option in now where !RunOptions.isOfMachine(option.key) {
      let there = before.first { $0.key == option.key }?.value
      if there != option.value {
        result.append(
          "\(option.key) is \(there?.compact ?? "not set") there, \(option.value.compact) here")
      }
    }
    for option in before where !now.contains(where: { $0.key == option.key }) {
      result.append("\(option.key) is \(option.value.compact) there, and not set here")
    }
    let plugins = recorded["plugins"]?.elements ?? []
    for plugin in document["plugins"]?.elements ?? [] {
      let name = plugin["name"]?.string ?? ""
      guard let there = plugins.first(where: { $0["name"] == plugin["name"] }),
        there["sha256"] != plugin["sha256"]
      else { continue }
      result.append("plugin \(name) is another build")
    }
    let shapes = (recorded["parameters"]?.elements ?? []).map {
      ($0["name"]?.string ?? "", ($0["shape"]?.elements ?? []).compactMap(\.integer))
    }
    let differences = ParameterDifferences(expected: parameters, found: shapes)
    if !differences.isEmpty { result.append("parameters: \(differences.text)") }
    return result
  }
}

extension ResolvedRun {
  var components: [Component] {
    [model.component, task.component] + (optimizer.map { [$0.component] } ?? [])
      + metrics.map(\.component)
  }
}

extension RunOptions {
  /// Whether an option changes nothing in what is computed: `run.threads`.
  static func isOfMachine(_ path: String) -> Bool {
    ["run.threads", "run.backend"].contains(path)
  }
}
