internal import ICLPlugins

extension Check {
  private static let sentences = runs + ["protocol.refusals"]

  /// What users may set.
  static let optionChecks: [Check] = [
    Check(
      "options.defaults", "the defaults are values that the options take",
      fix: "Write defaults as a user would, inside the bounds.", needs: ["protocol.entry"]
    ) { trial in
      try trial.everyComponent { component in
        let values = try component.values([:])
        for (option, value) in zip(component.options, values)
        where try OptionParser.parse("\(value)", for: option) != value {
          return .failed("the default of '\(option.name)', \(value), is not read back")
        }
        return .passed("all are read, and read back")
      }
    },
    Check(
      "options.at-bounds", "each bound is taken, or refused with a sentence",
      fix: "A bound is inclusive. What does not go together is refused by create with ICL_INVALID.",
      needs: sentences
    ) { trial in
      try eachNumber(trial) { option in OptionCases.bounds(option) }
    },
    Check(
      "options.inside-bounds", "one step inside each bound is taken, or refused with a sentence",
      fix: "Bounds that a component cannot use are too wide.", needs: sentences
    ) { trial in
      try eachNumber(trial) { option in
        guard option.type == .integer else { return [] }
        let low = option.minimum.map { Int64($0) + 1 }
        let high = option.maximum.map { Int64($0) - 1 }
        return [low, high].compactMap { $0 }.filter { abs($0) <= 1_000_000 }.map(String.init)
      }
    },
    Check(
      "options.beyond-bounds", "one step beyond each bound is refused, with the option's name",
      fix: "State minimum and maximum; both 0 means unbounded.", needs: ["protocol.entry"]
    ) { trial in
      try eachText(trial) { option in
        guard option.type == .integer || option.type == .real else { return [] }
        let step = option.type == .integer ? 1.0 : 0.5
        let beyond = [option.minimum.map { $0 - step }, option.maximum.map { $0 + step }]
        return beyond.compactMap { $0 }.filter { abs($0) < 1e15 }
          .map { option.type == .integer ? "\(Int64($0))" : "\($0)" }
      }
    },
    Check(
      "options.types", "values of another type are refused, with the option's name",
      fix: "Give each option the type that it is.", needs: ["protocol.entry"]
    ) { trial in
      try eachText(trial) { option in
        switch option.type {
        case .integer: ["x", "1.5", "", "true", "1e400", "0x", "99999999999999999999"]
        case .real: ["x", "", "true", "nan", "inf", "1,2"]
        case .boolean: ["2", "maybe", ""]
        case .choice: ["", "no such choice", option.choices[0] + "x"]
        case .reals: ["x", "1,,2", "nan", "1;2"]
        case .text: ["a\0b"]
        }
      }
    },
    Check(
      "options.unknown-key", "an option that does not exist is refused by name",
      fix: "Use no names that differ from others by a letter alone.", needs: ["protocol.entry"]
    ) { trial in
      try trial.everyComponent { component in
        let wrong = (component.options.first?.name ?? "anything") + "x"
        do {
          _ = try component.values([wrong: "1"])
          return .failed("it takes the option '\(wrong)'")
        } catch let error as PluginError {
          return error.path.hasSuffix(wrong)
            ? .passed("refused by name") : .failed("the error does not name '\(wrong)': \(error)")
        }
      }
    },
    Check(
      "options.choices", "each choice works, or is refused with a sentence",
      fix: "Choices that are not implemented yet do not belong in the table.", needs: sentences
    ) { trial in
      try eachSetting(trial, runs: true) { option in
        option.type == .choice ? option.choices : option.type == .boolean ? ["true", "false"] : []
      }
    },
    Check(
      "options.random", "random valid settings work, or are refused with a sentence",
      fix: "Check in create what options mean together; check shapes in build by g->fail.",
      needs: sentences
    ) { trial in
      try trial.everyComponent { component in
        var numbers = trial.numbers("options.\(component.id)")
        var tried = 0
        let share = component.library.components.count
        while tried < max(16 / share, 3), !trial.isSpent(0.5) {
          tried += 1
          if let finding = attempt(
            trial, component, OptionCases.near(component, &numbers), runs: true)
          {
            return .failed(finding)
          }
        }
        return .passed("random settings")
      }
    },
    Check(
      "options.empty-text", "an empty text is taken, or refused with a sentence",
      fix: "Refuse what cannot be empty with ICL_INVALID.", needs: sentences
    ) { trial in try eachSpecial(trial, .text) { [.text("")] } },
    Check(
      "options.huge-text", "a text of a million letters is taken, or refused with a sentence",
      fix: "Copy no text into an array of fixed size.", needs: sentences
    ) { trial in
      try eachSpecial(trial, .text) { [.text(String(repeating: "a", count: 1_000_000))] }
    },
    Check(
      "options.odd-text", "text of unusual characters is taken, or refused with a sentence",
      fix: "Expect any UTF-8: control characters, all scripts, and what means something elsewhere.",
      needs: sentences
    ) { trial in
      try eachSpecial(trial, .text) {
        [
          .text("%s%n\u{1}\u{7f}"), .text("a\n\r\t\u{b}b"), .text("\u{1b}[31m\u{85}\u{2028}"),
          .text("\u{fffd}é漢🦉\u{202e}"), .text("e\u{301}\u{feff}\u{10ffff}"),
          .text("../../etc/passwd"),
        ]
      }
    },
    Check(
      "options.invalid-text",
      "bytes that are no UTF-8 do no harm, and nothing is read after the NUL",
      fix:
        "Look at each byte before you step over it: a lead byte does not prove that others follow.",
      needs: sentences + ["protocol.struct-ends", "memory.guard-after"]
    ) { trial in
      trial.layout.placement = .guardAfter
      return try trial.everyComponent { component in
        let places = component.options.indices.filter { component.options[$0].type == .text }
        guard !places.isEmpty else { throw Inapplicable(reason: "it has no options of type text") }
        for place in places {
          for bytes in OptionCases.invalidTexts {
            let words = bytes.map { String($0, radix: 16) }.joined(separator: " ")
            let name = component.options[place].name
            let finding = attempt(true, "'\(name)' of bytes \(words)") {
              try Specimen(trial, component, values: component.values([:]), texts: [place: bytes])
            }
            if let finding { return .failed(finding) }
          }
        }
        return .passed("\(OptionCases.invalidTexts.count) texts, taken or refused")
      }
    },
    Check(
      "options.lists", "empty and long lists are taken, or refused with a sentence",
      fix: "Read count before the first value of a list.", needs: sentences
    ) { trial in
      try eachSpecial(trial, .reals) {
        [.reals([]), .reals([Double](repeating: 0.5, count: 10_000))]
      }
    },
  ]

  /// What goes wrong with some settings; nil if they are taken, or refused as they should be.
  private static func attempt(
    _ trial: Trial, _ component: Component, _ settings: [String: String], runs: Bool
  ) -> String? {
    attempt(runs, OptionCases.text(settings)) { try Specimen(trial, component, settings) }
  }

  private static func attempt(
    _ runs: Bool, _ what: String, _ make: () throws -> Specimen
  ) -> String? {
    do {
      let specimen = try make()
      defer { specimen.destroy() }
      if runs { _ = try specimen.exercise(Exercise(count: 2)) }
      return nil
    } catch let refusal as Refusal {
      guard (1...6).contains(refusal.status), !refusal.message.isEmpty else {
        return "with \(what), \(refusal), and no sentence that says why"
      }
      return nil
    } catch let error as Finding {
      return "with \(what), \(error.sentence)"
    } catch {
      // Refused in build or signature, or by prompts that do not suit: by a sentence.
      return nil
    }
  }

  private static func eachNumber(
    _ trial: Trial, _ texts: (OptionDeclaration) -> [String]
  ) throws -> Verdict {
    try eachSetting(trial, runs: false) { option in
      option.type == .integer || option.type == .real ? texts(option) : []
    }
  }

  private static func eachSetting(
    _ trial: Trial, runs: Bool, _ texts: (OptionDeclaration) -> [String]
  ) throws -> Verdict {
    try trial.everyComponent { component in
      var tried = 0
      for option in component.options where !trial.isSpent(0.6) {
        for text in texts(option) {
          tried += 1
          if let finding = attempt(trial, component, [option.name: text], runs: runs) {
            return .failed(finding)
          }
        }
      }
      guard tried > 0 else { throw Inapplicable(reason: "it has no such options") }
      return .passed("each alone, the others at their defaults")
    }
  }

  /// Texts that must be refused.
  private static func eachText(
    _ trial: Trial, _ texts: (OptionDeclaration) -> [String]
  ) throws -> Verdict {
    try trial.everyComponent { component in
      var tried = 0
      for option in component.options {
        for text in texts(option) {
          tried += 1
          do {
            _ = try component.values([option.name: text])
            return .failed("option '\(option.name)' takes '\(text)'")
          } catch let error as PluginError {
            guard error.path.hasSuffix(option.name) else {
              return .failed("the error for '\(option.name)=\(text)' names '\(error.path)'")
            }
          }
        }
      }
      guard tried > 0 else { throw Inapplicable(reason: "it has no such options") }
      return .passed("all refused by name")
    }
  }

  /// Values that a user could hardly type, given to create as they are.
  private static func eachSpecial(
    _ trial: Trial, _ type: OptionType, _ special: () -> [OptionValue]
  ) throws -> Verdict {
    try trial.everyComponent { component in
      let places = component.options.indices.filter { component.options[$0].type == type }
      guard !places.isEmpty else {
        throw Inapplicable(reason: "it has no options of type \(type.name)")
      }
      for place in places {
        for value in special() {
          var values = try component.values([:])
          values[place] = value
          let given = values
          let name = component.options[place].name
          if let finding = attempt(
            type == .text, "an unusual '\(name)'",
            {
              try Specimen(trial, component, values: given)
            })
          {
            return .failed(finding)
          }
        }
      }
      return .passed("taken or refused")
    }
  }
}
