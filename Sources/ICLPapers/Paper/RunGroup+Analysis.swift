import ICLTraining

extension RunGroup {
  /// An analysis with the seeds and variations of its group, and only in the forms that do it.
  func following(_ groups: [RunGroup]) throws(Failure) -> RunGroup {
    guard let analysis else { return self }
    guard let source = groups.first(where: { $0.name == analysis.group }) else {
      let names = groups.map(\.name).joined(separator: ", ")
      throw Failure(
        .configuration, key: place.description,
        "there is no group of runs '\(analysis.group)'.", hint: "There are: \(names).")
    }
    guard source.analysis == nil else {
      throw Failure(
        .configuration, key: place.description,
        "'\(source.name)' is an analysis itself, and only runs can be analysed.")
    }
    var result = self
    result.seeds = source.seeds
    let takes = { (variation: [Setting]) in
      analysis.only.allSatisfy { wanted in
        variation.last { $0.key == wanted.key }.map { $0.value == wanted.value } ?? false
      }
    }
    result.variations = source.variations.filter(takes)
    let short = source.quick?.variations?.filter(takes) ?? result.variations
    guard !result.variations.isEmpty else {
      throw Failure(
        .configuration, key: place.description,
        "no run of '\(source.name)' has \(analysis.only.map(\.text).joined(separator: " and ")).")
    }
    result.quick = Quick(
      seeds: source.quick?.seeds, settings: quick?.settings ?? [], variations: short)
    result.isOnlyFull = isOnlyFull || source.isOnlyFull || short.isEmpty
    return result
  }

  /// The options of the analysis in a form.
  func options(in form: ReproductionForm) -> [String: String] {
    let all = settings + (form.isQuick ? quick?.settings ?? [] : [])
    return Dictionary(all.map { ($0.key, $0.value) }) { $1 }
  }
}
