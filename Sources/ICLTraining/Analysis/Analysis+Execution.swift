import ICLPlugins
import ICLRecords

/// What an analysis found.
public struct AnalysisReport: Sendable {
  public let path: String
  /// A line for each run, in words, and what went wrong with some.
  public let findings: [Finding]

  public struct Finding: Sendable {
    public let run: String
    public let text: String
    /// Numbers by name.
    public let values: [(name: String, value: Double)]
  }

  public var document: JSON {
    [
      "path": .text(path),
      "findings": .array(
        findings.map { finding in
          var values: JSON = [:]
          for (name, value) in finding.values { values.add(name, .real(value)) }
          return ["run": .text(finding.run), "text": .text(finding.text), "values": values]
        }),
    ]
  }
}

extension Analysis {
  /// Analyses finished runs and records what comes out; goes on with an analysis that was stopped.
  ///
  /// - Parameters:
  ///   - runs: run directories. Lines of each go into a folder of its name.
  ///   - folder: made if it is not there.
  ///   - observe: told how much is done, from 0 to 1.
  /// - Returns: what was found of each run, in their order.
  public func execute(
    runs: [String], in folder: String, threads: Int, catalog: PluginCatalog,
    observe: @escaping @Sendable (Double) -> Void = { _ in },
    shouldStop: @escaping @Sendable () -> Bool = { false }
  ) throws(Failure) -> AnalysisReport {
    guard !runs.isEmpty else {
      throw Failure(.usage, "an analysis needs at least one run.")
    }
    var analysed: [AnalysedRun] = []
    for path in runs {
      analysed.append(try AnalysedRun(try failing { try RunDirectory(opening: path) }))
    }
    let names = analysed.map(\.directory.name)
    guard Set(names).count == names.count else {
      throw Failure(.usage, "two runs have the same name: \(names.joined(separator: ", ")).")
    }
    let site = try AnalysisSite(folder, self, analysed.map(\.directory))
    let work = AnalysisWork(
      analysis: self, site: site, catalog: catalog, threads: threads, observe: observe,
      shouldStop: shouldStop)
    let findings =
      switch kind {
      case .trajectories: try TrajectoryAnalysis(work).execute(analysed)
      case .llc: try CoefficientAnalysis(work).execute(analysed)
      case .transient: try TransientAnalysis(work).execute(analysed)
      }
    return AnalysisReport(path: folder, findings: findings)
  }

  /// "llc-1f2e3d4c", made of what the analysis is and of the runs.
  public func name(runs: [String]) throws(Failure) -> String {
    let directories = try failing { try runs.map { try RunDirectory(opening: $0) } }
    return "\(kind.rawValue)-\(try AnalysisSite.identity(self, directories).prefix(8))"
  }

  /// The lines that an analysis recorded of a run.
  public static func lines(of run: String, in folder: String) throws(Failure) -> [JSON] {
    let name = try failing { try RunDirectory(opening: run).name }
    return try failing {
      try TextFile.read("\(folder)/\(name)/metrics.jsonl").split(separator: "\n")
        .map { try JSON(parsing: String($0)) }
    }
  }
}
