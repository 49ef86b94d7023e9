import ICLEngine
import ICLPlugins
import ICLRecords

/// What ran: versions, plugins with their digests, the machine, the seed, the command line.
struct RunManifest {
  static let file = "manifest.json"

  /// A plugin that the run uses.
  struct Plugin: Hashable {
    var name: String
    var version: String
    var path: String
    var digest: String
  }

  var identity: String
  var plugins: [Plugin]
  /// "task.dimension" to its value.
  var options: [(key: String, value: JSON)]
  var parameters: [(name: String, shape: [Int])]
  /// Of the file that the parameters started from; nil where the model drew them.
  var initialParameters: String?
  var backend: String
  var commandLine: [String]

  func json(_ run: ResolvedRun) -> JSON {
    var all: JSON = [:]
    for (key, value) in options { all.add(key, value) }
    return [
      "version": .integer(RunDirectory.version),
      "icl_host": .text(Version.text),
      "abi": ["major": .integer(Int(ABI.major)), "minor": .integer(Int(ABI.minor))],
      "identity": .text(identity),
      "model": .text(run.model.component.id), "task": .text(run.task.component.id),
      "optimizer": run.optimizer.map { .text($0.component.id) } ?? nil,
      "seed": .integer(Int(run.options.seed)),
      "precision": .text(run.options.precision.rawValue),
      "backend": .text(backend), "threads": .integer(run.options.threads),
      "processor": .text(Machine.processorName),
      "plugins": .array(
        plugins.map {
          [
            "name": .text($0.name), "version": .text($0.version), "path": .text($0.path),
            "sha256": .text($0.digest),
          ]
        }),
      "initial_parameters_sha256": initialParameters.map { .text($0) } ?? nil,
      "parameters": .array(
        parameters.map {
          ["name": .text($0.name), "shape": .array($0.shape.map { .integer($0) })]
        }),
      "options": all,
      "command_line": .array(commandLine.map { .text($0) }),
    ]
  }
}
