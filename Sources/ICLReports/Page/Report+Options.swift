import ICLRecords

extension Report {
  /// Every option with its value and where that comes from; in a comparison one column a run, those
  /// that differ first.
  func addOptions(to page: inout XMLText) {
    struct Key: Hashable { var owner, name: String }
    var order: [Key] = []
    var values: [Key: [Int: RunManifest.Option]] = [:]
    for (index, run) in runs.enumerated() {
      for option in run.manifest.options {
        let key = Key(owner: option.owner, name: option.name)
        if values[key] == nil { order.append(key) }
        values[key, default: [:]][index] = option
      }
    }
    guard !order.isEmpty else { return }
    func differs(_ key: Key) -> Bool {
      Set(runs.indices.map { values[key]?[$0]?.valueText }).count > 1
    }
    let sorted = order.filter(differs) + order.filter { !differs($0) }
    page.open("section")
    page.leaf("h2", [:], "Options")
    page.open("div", ["class": "scroll"])
    page.open("table", ["class": "options"])
    page.open("thead")
    page.open("tr")
    let columns = runs.count > 1 ? groups.map(\.label) : ["value", "origin"]
    for name in ["option"] + columns {
      page.leaf("th", ["scope": "col", "class": "text"], name)
    }
    page.close()
    page.close()
    page.open("tbody")
    for key in sorted {
      page.open("tr", ["class": differs(key) ? "differs" : nil])
      page.leaf("th", ["scope": "row"], "\(key.owner).\(key.name)")
      for index in runs.indices {
        let option = values[key]?[index]
        page.leaf(
          "td", ["class": "text", "title": runs.count > 1 ? option?.origin : nil],
          option?.valueText ?? "–")
        if runs.count == 1 { page.leaf("td", ["class": "text origin"], option?.origin ?? "") }
      }
      page.close()
    }
    page.close()
    page.close()
    page.close()
    page.close()
  }

  /// What ran, where, and from which plugins.
  func addProvenance(to page: inout XMLText) {
    page.open("section")
    page.leaf("h2", [:], "Provenance")
    for (index, run) in runs.enumerated() {
      if runs.count > 1 { page.leaf("h3", [:], groups[index].label) }
      page.open("dl")
      for (term, text) in Self.facts(run) where !text.isEmpty {
        page.open("div")
        page.leaf("dt", [:], term)
        page.leaf("dd", [:], text)
        page.close()
      }
      for plugin in run.manifest.plugins {
        page.open("div")
        page.leaf("dt", [:], "plugin \(plugin.name)")
        page.leaf(
          "dd", [:],
          "\(plugin.version), \(plugin.components.joined(separator: ", ")), SHA-256 \(plugin.sha256)"
        )
        page.close()
      }
      page.close()
      guard let text = experiments[index] else { continue }
      page.open("details")
      page.leaf("summary", [:], "experiment.yaml")
      page.add(markup: "<pre>\(XMLText.escaped(text))</pre>\n")
      page.close()
    }
    page.close()
  }

  private static func facts(_ run: RunSeries) -> [(String, String)] {
    let manifest = run.manifest
    let seeds = manifest.seeds.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    return [
      ("directory", run.directory.name), ("experiment", manifest.experiment),
      ("command", manifest.commandLine.joined(separator: " ")), ("started", manifest.started),
      ("icl-host", manifest.hostVersion), ("plugin interface", manifest.abi),
      ("processor", manifest.processor), ("system", manifest.system), ("host", manifest.host),
      ("backend", manifest.backend),
      ("threads", manifest.threads > 0 ? "\(manifest.threads)" : ""),
      ("precision", manifest.precision), ("seeds", seeds.joined(separator: ", ")),
    ]
  }
}
