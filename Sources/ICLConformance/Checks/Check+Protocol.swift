internal import CICL
internal import Glibc
internal import ICLPlugins

extension Check {
  /// Results are bit for bit the same twice, so that two ways to them can be compared.
  static let steady = runs + ["determinism.same-twice", "determinism.history"]

  /// What both sides say to each other.
  static let protocolChecks: [Check] = [
    Check(
      "protocol.entry", "icl_plugin_v1 returns tables that the header allows",
      fix: "The sentence names the table; set struct_size to sizeof in each.", needs: opened
    ) { trial in
      let library = try trial.library()
      return .nothing(
        in: library.warnings.filter { !$0.contains("floating-point") },
        of: "\(library.components.count) components")
    },
    Check(
      "protocol.texts", "names, versions and summaries say something",
      fix: "Versions are numbers with points (1.2.0); a summary is a sentence without line breaks; "
        + "the license is an SPDX identifier.",
      needs: ["protocol.entry"]
    ) { trial in
      let library = try trial.library()
      var findings: [String] = []
      func version(_ text: String, _ what: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let first = parts.prefix(3).allSatisfy { $0.first?.isNumber ?? false }
        if parts.count < 2 || !first { findings.append("the version of \(what) is '\(text)'") }
      }
      version(library.version, "the plugin")
      if library.license.isEmpty { findings.append("the license is empty") }
      for component in library.components {
        let name = "\(component.kind) '\(component.id)'"
        version(component.version, name)
        let isLine = !component.summary.contains { $0.isNewline }
        if component.summary.count < 3 || !isLine {
          findings.append("the summary of \(name) is empty, or more than a line")
        }
        for option in component.options where option.summary.isEmpty {
          findings.append("option '\(option.name)' of \(name) has no summary")
        }
      }
      return .nothing(in: findings, of: "\(library.name) \(library.version), \(library.license)")
    },
    Check(
      "protocol.unknown-extension", "an extension that nobody knows is answered with NULL",
      fix: "Compare the whole id, revision included, and return NULL for all others.",
      needs: ["protocol.entry"]
    ) { trial in
      try trial.everyComponent { component in
        guard let ask = component.table.`extension` else {
          throw Inapplicable(reason: "it has no extension function")
        }
        let ids = ["icl.unknown/1", "", "icl.log/999", "draft.nobody/1", "x"]
        let known = ids.filter { id in
          trial.call("extension of \(component.id)") { ask(trial.text(id)) != nil }
        }
        return .nothing(
          in: known.map { "it claims to know the extension '\($0)'" }, of: "NULL for all unknown")
      }
    },
    Check(
      "protocol.older-minor", "a host that speaks minor 0 alone is answered rightly",
      fix: "Return NULL with ICL_VERSION where the range does not reach your abi_minor.",
      needs: ["protocol.entry"]
    ) { trial in try handshake(trial, 0...0) },
    Check(
      "protocol.newer-minor", "a host that speaks many younger minors is answered the same",
      fix: "abi_minor is what the plugin needs, not the highest that it is offered.",
      needs: ["protocol.entry"]
    ) { trial in
      try handshake(trial, 0...1000, isLoaded: true)
    },
    Check(
      "protocol.only-newer", "a host that speaks younger minors alone is answered rightly",
      fix: "Look at both ends of the range; return NULL with ICL_VERSION if it does not suit.",
      needs: ["protocol.entry"]
    ) { trial in try handshake(trial, 900...1000) },
    Check(
      "protocol.future-host", "structs that have grown by 64 bytes change nothing",
      fix:
        "Read the fields that you know, at their offsets; never copy or compare by another size.",
      needs: steady
    ) { trial in
      var plain: [Transcript] = []
      _ = try trial.exerciseAll { plain.append($1) }
      trial.layout.tail = 64
      var index = 0
      return try trial.exerciseAll { specimen, transcript in
        if let difference = plain[index].difference(from: transcript) {
          throw Finding(sentence: "with younger structs, \(difference)")
        }
        index += 1
      }
    },
    Check(
      "protocol.struct-ends", "nothing is read or written past the end of a struct",
      fix: "Compare struct_size with a field's end (ICL_HAS) before you touch it.", needs: runs
    ) { trial in
      // Only structs: arrays are the checks memory.guard-*.
      trial.layout.structs = .guardAfter
      return try trial.everyComponent { component in
        let specimen = try Specimen(trial, component)
        _ = try specimen.exercise()
        specimen.destroy()
        return .passed("each ends at a page that nobody may touch, the host's tables as well")
      }
    },
    Check(
      "protocol.missing-services", "it goes on without the host's services, or says why not",
      fix: "Check NULL from every extension; without one, go on, or fail with ICL_VERSION.",
      needs: runs
    ) { trial in
      try trial.everyComponent { component in
        let host = FakeHost(trial, .init(withheld: true))
        do {
          let specimen = try Specimen(trial, component, host: host)
          _ = try specimen.exercise()
          specimen.destroy()
          return .passed("it works without services")
        } catch let refusal as Refusal {
          guard refusal.status == ICL_VERSION || refusal.status == ICL_UNSUPPORTED else {
            throw refusal
          }
          return .passed("it says what it misses")
        }
      }
    },
    Check(
      "protocol.failing-services", "it copes with an arena without memory, and with being stopped",
      fix:
        "Check NULL from allocate (ICL_OUT_OF_MEMORY); return ICL_CANCELLED where asked to stop.",
      needs: runs
    ) { trial in
      try trial.everyComponent { component in
        let host = FakeHost(trial, .init(failing: true))
        do {
          let specimen = try Specimen(trial, component, host: host)
          _ = try specimen.exercise()
          specimen.destroy()
          return .passed("it works without memory of the arena")
        } catch let refusal as Refusal {
          guard [ICL_OUT_OF_MEMORY, ICL_CANCELLED].contains(refusal.status) else { throw refusal }
          return .passed("it says that it has no memory, or stops")
        }
      }
    },
    Check(
      "protocol.service-use", "it uses the host's services as the header says",
      fix: "Release what allocate gave, once; progress is a fraction from 0 to 1.", needs: runs
    ) { trial in
      try trial.everyComponent { component in
        let specimen = try Specimen(trial, component)
        _ = try specimen.exercise()
        specimen.destroy()
        let asked = specimen.host.asked.withLock { Set($0).sorted() }
        return .nothing(
          in: specimen.host.complaints.withLock { $0 },
          of: asked.isEmpty
            ? "it asks for no services" : "it asks for \(asked.joined(separator: " "))")
      }
    },
    Check(
      "protocol.refusals", "what it refuses, it refuses with a code and a sentence, and goes on",
      fix: "Fill icl_error: code, the option's name as path, one sentence; set no instance.",
      needs: runs
    ) { trial in
      var refused = 0
      let verdict = try trial.everyComponent { component in
        var numbers = trial.numbers("refusals.\(component.id)")
        for _ in 0..<12 where !trial.isSpent(0.5) {
          let settings = OptionCases.extreme(component, &numbers)
          do {
            let specimen = try Specimen(trial, component, settings)
            specimen.destroy()
          } catch let refusal as Refusal {
            refused += 1
            if !(1...6).contains(refusal.status) {
              return .failed("it fails with code \(refusal.status); codes are 1 to 6")
            }
            if refusal.message.isEmpty || !refusal.isTerminated {
              return .failed("it refuses \(OptionCases.text(settings)) without a sentence")
            }
            try Specimen(trial, component).destroy()
          }
        }
        return .passed("every refusal has a sentence")
      }
      if case .passed = verdict, refused == 0 {
        return .notApplicable("it refused none of the options that were tried")
      }
      return verdict
    },
    Check(
      "protocol.two-instances", "two instances know nothing of each other",
      fix: "Keep what an instance knows in the instance, not in global variables.", needs: steady
    ) { trial in
      try trial.everyComponent { component in
        let first = try Specimen(trial, component)
        let alone = try first.exercise()
        var numbers = trial.numbers("instances.\(component.id)")
        var others: [Specimen] = []
        for _ in 0..<6 {
          if let other = try? Specimen(
            trial, component, OptionCases.near(component, &numbers))
          {
            _ = try? other.exercise()
            others.append(other)
          }
          let beside = try first.exercise()
          if let difference = alone.difference(from: beside) {
            return .failed("beside another instance, \(difference)")
          }
        }
        for other in others { other.destroy() }
        let after = try first.exercise()
        first.destroy()
        return .nothing(
          in: alone.difference(from: after).map { ["after another was destroyed, \($0)"] } ?? [],
          of: "the same alone, beside others and after them")
      }
    },
    Check(
      "protocol.destroy-order", "instances can be destroyed in any order",
      fix: "An instance owns nothing that another one uses.", needs: runs
    ) { trial in
      try trial.everyComponent { component in
        var numbers = trial.numbers("order.\(component.id)")
        for _ in 0..<4 {
          let specimens = try (0..<5).map { _ in try Specimen(trial, component) }
          for index in numbers.permutation(5) { specimens[index].destroy() }
        }
        return .passed("four orders of five instances")
      }
    },
    Check(
      "protocol.stable-tables", "tables and names stay as they are while it works",
      fix: "Tables are const, and live until the process ends.", needs: runs
    ) { trial in
      let library = try trial.library()
      let before = library.components.map { Tables.bytes($0) }
      _ = try trial.exerciseAll()
      let after = library.components.map { Tables.bytes($0) }
      let changed = library.components.indices.filter { before[$0] != after[$0] }
      return .nothing(
        in: changed.map { "the tables of '\(library.components[$0].id)' changed" },
        of: "\(library.components.count) components' tables")
    },
  ]

  /// Calls the entry point of a library of which nothing was called yet.
  private static func handshake(
    _ trial: Trial, _ minors: ClosedRange<UInt32>, isLoaded: Bool = false
  ) throws -> Verdict {
    guard let handle = dlopen(trial.path, RTLD_NOW | RTLD_LOCAL),
      let symbol = dlsym(handle, "icl_plugin_v1")
    else { return .failed("it has no icl_plugin_v1") }
    typealias Entry =
      @convention(c) (
        UnsafePointer<icl_host>?, UInt32, UInt32, UnsafeMutablePointer<icl_error>?
      ) -> UnsafePointer<icl_plugin>?
    let entry = unsafeBitCast(symbol, to: Entry.self)
    let host = FakeHost(trial)
    let error = trial.structure("the icl_error", icl_error())
    let table = trial.call("icl_plugin_v1 for minors \(minors)") {
      entry(host.pointer, minors.lowerBound, minors.upperBound, error)
    }
    guard let table else {
      let refusal = Refusal("icl_plugin_v1", error.pointee.code, error)
      guard refusal.code == ICL_VERSION, !isLoaded else {
        return .failed("it returns NULL with code \(refusal.code); ICL_VERSION is 4")
      }
      return .passed("it refuses minors \(minors)")
    }
    let minor = table.pointee.abi_minor
    if isLoaded, minor > ICL_ABI_MINOR {
      return .failed("it needs minor \(minor) of a younger host, and less of this one")
    }
    return minor <= minors.upperBound
      ? .passed("it needs minor \(minor)")
      : .failed("it was offered minors \(minors), and answers with \(minor)")
  }
}

/// What a component's tables hold, down to its texts.
enum Tables {
  static func bytes(_ component: Component) -> [UInt8] {
    let table = component.table
    var bytes: [UInt8] = []
    func add(_ text: UnsafePointer<CChar>?) {
      if let text { bytes += Array(String(cString: text).utf8) + [0] }
    }
    add(table.id)
    add(table.version)
    add(table.summary)
    if let options = table.options, table.option_count > 0 {
      let size = Int(options.pointee.struct_size)
      let all = UnsafeRawPointer(options)
      for index in 0..<Int(table.option_count) {
        let option = (all + index * size).assumingMemoryBound(to: icl_option.self).pointee
        bytes += Array(UnsafeRawBufferPointer(start: all + index * size, count: size))
        for text in [option.name, option.default_text, option.summary, option.unit, option.choices]
        {
          add(text)
        }
      }
    }
    if let interface = table.interface {
      let size = Int(interface.load(as: UInt32.self))
      bytes += Array(UnsafeRawBufferPointer(start: interface, count: min(size, 4096)))
    }
    return bytes
  }
}
