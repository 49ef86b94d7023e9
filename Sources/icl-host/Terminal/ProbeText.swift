import ICLRecords
import ICLTraining

/// What a probe recorded, and what its patches changed.
enum ProbeText {
  static func document(_ effect: PatchEffect?, _ recording: Probe.Recording?) -> JSON {
    var document: JSON = [:]
    if let effect { document.add("effect", effect.document) }
    if let recording { document.add("recording", recording.document) }
    return document
  }

  static func text(_ effect: PatchEffect?, _ recording: Probe.Recording?) -> String {
    [effect.map(text), recording.map(text)].compactMap { $0 }.joined(separator: "\n\n")
  }

  static func text(_ effect: PatchEffect) -> String {
    var table = TextTable([
      ("context pairs", .right), ("loss", .right), ("patched", .right), ("change", .right),
      ("± standard error", .right),
    ])
    func add(_ title: String, _ before: Estimate, _ after: Estimate, _ change: Estimate) {
      table.add([
        title, NumberText.loss(before.mean), NumberText.loss(after.mean),
        NumberText.loss(change.mean), NumberText.loss(change.standardError),
      ])
    }
    for (index, length) in effect.contextLengths.enumerated() {
      add(
        "\(length)", effect.beforeByContextLength[index], effect.afterByContextLength[index],
        effect.changeByContextLength[index])
    }
    add("mean", effect.before, effect.after, effect.change)
    let patches = effect.patches.map(\.description).joined(separator: ", ")
    return "\(patches), on \(effect.prompts) prompts\n\n\(table.text)"
  }

  private static func text(_ recording: Probe.Recording) -> String {
    var table = TextTable([("array", .left), ("shape", .left)])
    for array in recording.arrays {
      table.add([array.name, "[\(array.shape.map(String.init).joined(separator: ", "))]"])
    }
    return "\(recording.path)\n\n\(table.text)"
  }
}
