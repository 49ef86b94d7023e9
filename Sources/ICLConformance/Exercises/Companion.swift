internal import ICLPlugins

/// What a component is tried with: where prompts come from, and for a metric the model that answers
/// them.
struct Companion: Hashable, Sendable {
  /// A component with settings other than its defaults.
  struct Part: Hashable, Sendable {
    let path: String
    let id: String
    var settings: [String: String] = [:]

    var words: String {
      settings.isEmpty ? "'\(id)'" : "'\(id)' with \(OptionCases.text(settings))"
    }
  }

  /// Of made-up prompts; those of a task are scored as it likes.
  var scoring = Signature.Scoring.everyPrefix
  /// nil: made-up prompts.
  var task: Part?
  /// nil: made-up predictions.
  var model: Part?

  /// "made-up prompts", "model 'mamba' on task 'ridge'"
  var name: String {
    guard let task else { return "made-up prompts" }
    return (model.map { "model \($0.words) on " } ?? "") + "task \(task.words)"
  }

  /// What the search for one came to: the companion, or the reason why there is none.
  enum Found: Hashable, Sendable {
    case companion(Companion)
    case none(String)
  }
}

extension Companion {
  /// How well it answers a refusal: by words of it that are the name of a part, or of what is set.
  func score(_ heard: Set<String>) -> Int {
    var score = 0
    for part in [task, model].compactMap({ $0 }) {
      if heard.contains(part.id) { score += 2 }
      for (option, value) in part.settings {
        // What nobody asked for comes last.
        score += heard.contains(option) ? (heard.contains(value) ? 3 : 2) : -1
      }
    }
    return score
  }

  /// The same with what a refusal asks for in so many words: "task.function=and", "tree=full".
  func asked(_ refusal: String, _ options: (Part) -> [OptionDeclaration]) -> [Companion] {
    func has(_ part: Part?, _ name: String) -> Bool {
      part.map { options($0).contains { $0.name == name } && $0.settings[name] == nil } ?? false
    }
    var copy = self
    for token in refusal.split(whereSeparator: { " ,;()'\n".contains($0) }) {
      let sides = token.split(separator: "=", omittingEmptySubsequences: false)
      guard sides.count == 2, !sides[1].isEmpty else { continue }
      var name = String(sides[0])
      var value = String(sides[1])
      while let last = value.last, ".:".contains(last) { value.removeLast() }
      if name.hasPrefix("task.") { name.removeFirst(5) }
      if name.hasPrefix("model.") { name.removeFirst(6) }
      if has(task, name) {
        copy.task?.settings[name] = value
      } else if has(model, name) {
        copy.model?.settings[name] = value
      }
    }
    return copy == self ? [] : [copy]
  }

  /// kebab-case words of a text.
  static func words(_ text: String) -> Set<String> {
    Set(
      text.split { !($0.isLetter || $0.isNumber || $0 == "-") }.map(String.init))
  }
}

/// How a process tells those that come later what it found.
extension Companion {
  private static let fields: Character = "\u{1f}"
  private static let pairs: Character = "\u{1e}"

  static func line(_ key: String, _ found: Found) -> String {
    var parts = [key]
    switch found {
    case .none(let reason): parts += ["none", reason.replacing("\n", with: " ")]
    case .companion(let companion):
      parts.append("\(companion.scoring.rawValue)")
      for part in [companion.task, companion.model] {
        guard let part else { continue }
        let settings = part.settings.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        parts += [part.path, part.id, settings.joined(separator: String(pairs))]
      }
    }
    return parts.joined(separator: String(fields)) + "\n"
  }

  static func found(in text: String) -> [String: Found] {
    var found: [String: Found] = [:]
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: fields, omittingEmptySubsequences: false).map(String.init)
      guard parts.count >= 2 else { continue }
      guard parts[1] != "none" else {
        found[parts[0]] = Found.none(parts.count > 2 ? parts[2] : "")
        continue
      }
      guard let scoring = UInt32(parts[1]).flatMap(Signature.Scoring.init(rawValue:)) else {
        continue
      }
      var companion = Companion(scoring: scoring)
      if parts.count >= 5 { companion.task = part(parts[2...4]) }
      if parts.count >= 8 { companion.model = part(parts[5...7]) }
      found[parts[0]] = .companion(companion)
    }
    return found
  }

  private static func part(_ parts: ArraySlice<String>) -> Part {
    let parts = Array(parts)
    var settings: [String: String] = [:]
    for pair in parts[2].split(separator: pairs) {
      guard let sign = pair.firstIndex(of: "=") else { continue }
      settings[String(pair[..<sign])] = String(pair[pair.index(after: sign)...])
    }
    return Part(path: parts[0], id: parts[1], settings: settings)
  }
}
