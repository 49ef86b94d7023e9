import ICLPlugins
import ICLTraining

/// What was written by `sample`.
enum SampleText {
  static func text(_ signature: Signature, prompts: Int, path: String) -> String {
    var table = TextTable([("array", .left), ("shape", .left), ("role", .left)])
    for tensor in signature.tensors {
      let shape = [prompts] + tensor.shape.extents
      table.add([
        tensor.name, "[\(shape.map(String.init).joined(separator: ", "))]", "\(tensor.role)",
      ])
    }
    return "\(path)\n\n\(table.text)"
  }
}
