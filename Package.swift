// swift-tools-version: 6.2
import PackageDescription

/// A first-party plugin: a shared library of its own that links ICLKit statically and exports one
/// symbol.
struct Plugin {
  let group: String
  let target: String
  /// The name that users type; the file is lib<name>.so.
  let name: String
  /// Formulas that it shares with tests: a module of Plugins/Theory.
  var theory: String?
  /// Pieces of models or metrics that it shares with others: modules of Plugins/Shared.
  var shared: [String] = []
}

let plugins = [
  Plugin(
    group: "Models", target: "LinearAttention", name: "linear-attention",
    shared: ["SequenceLayers"]),
  Plugin(group: "Models", target: "Ridge", name: "ridge-predictor"),
  Plugin(group: "Models", target: "LeastSquares", name: "least-squares"),
  Plugin(group: "Models", target: "LinearTransformer", name: "linear-transformer"),
  Plugin(group: "Models", target: "UnknownNoise", name: "unknown-noise"),
  Plugin(group: "Models", target: "SoftmaxTransformer", name: "softmax-transformer"),
  Plugin(group: "Models", target: "GDSSM", name: "gd-ssm", shared: ["SequenceLayers"]),
  Plugin(group: "Models", target: "Mamba", name: "mamba", shared: ["SequenceLayers"]),
  Plugin(
    group: "Models", target: "DeltaRule", name: "delta-rule",
    shared: ["SequenceLayers", "ContextDescent"]),
  Plugin(group: "Models", target: "S5", name: "s5", shared: ["SequenceLayers"]),
  Plugin(group: "Models", target: "H3", name: "h3", shared: ["SequenceLayers"]),
  Plugin(group: "Models", target: "Griffin", name: "griffin", shared: ["SequenceLayers"]),
  Plugin(
    group: "Models", target: "ContextDescentModel", name: "context-descent",
    shared: ["ContextDescent"]),
  Plugin(group: "Models", target: "DMMSE", name: "dmmse"),
  Plugin(
    group: "Models", target: "PlainAttention", name: "plain-attention",
    shared: ["SequenceLayers"]),
  Plugin(group: "Models", target: "SoftmaxMixer", name: "softmax-mixer"),
  Plugin(group: "Models", target: "BooleanPredictors", name: "boolean-predictors"),
  Plugin(
    group: "Models", target: "SingularModels", name: "singular-models",
    theory: "LearningCoefficients"),
  Plugin(group: "Tasks", target: "RidgeTask", name: "ridge-task"),
  Plugin(group: "Tasks", target: "RidgePopulation", name: "ridge-population"),
  Plugin(group: "Tasks", target: "Boolean", name: "boolean"),
  Plugin(group: "Tasks", target: "ContextRegression", name: "context-regression"),
  Plugin(group: "Metrics", target: "LossByContextLength", name: "loss-by-context-length"),
  Plugin(group: "Metrics", target: "ExcessOverOracle", name: "excess-over-oracle"),
  Plugin(group: "Metrics", target: "BayesDistance", name: "bayes-distance"),
  Plugin(group: "Metrics", target: "Parameters", name: "parameters"),
  Plugin(
    group: "Metrics", target: "LinearAttentionTheory", name: "linear-attention-theory",
    theory: "LinearAttentionDynamics"),
  Plugin(
    group: "Metrics", target: "BooleanRecovery", name: "boolean-recovery",
    theory: "SoftmaxBoolean"),
  Plugin(
    group: "Metrics", target: "LinearTransformerTheory", name: "linear-transformer-theory",
    theory: "ImplicitRegression"),
  Plugin(
    group: "Metrics", target: "DescentAlignment", name: "descent-alignment",
    theory: "GradientDescentLosses", shared: ["ContextDescent"]),
  Plugin(group: "Optimizers", target: "GradientDescent", name: "gradient-descent"),
  Plugin(group: "Optimizers", target: "Momentum", name: "momentum"),
  Plugin(group: "Optimizers", target: "Adam", name: "adam"),
  Plugin(group: "Optimizers", target: "BFGS", name: "bfgs"),
  Plugin(group: "Optimizers", target: "SGLD", name: "sgld"),
]

/// What plugins share with tests: formulas in pure Swift, which import nothing.
let theories = Set(plugins.compactMap(\.theory)).sorted()

/// What plugins share with each other, linked into each: what it depends on besides ICLKit.
let shared: [(name: String, dependencies: [String])] = [
  ("SequenceLayers", []), ("ContextDescent", ["GradientDescentLosses"]),
]

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]
let numeric: [SwiftSetting] =
  strict + [.unsafeFlags(["-Ounchecked"], .when(configuration: .release))]

/// The engine's kernels, built once for each instruction set from the same sources.
struct Backend {
  let target: String
  let name: String
  let flags: [String]
}

let backends = [
  Backend(target: "Baseline", name: "icl-backend-baseline", flags: []),
  Backend(
    target: "AVX2", name: "icl-backend-avx2", flags: ["-Xcc", "-march=x86-64-v3", "-DICL_FMA"]),
  Backend(
    target: "AVX512", name: "icl-backend-avx512",
    flags: [
      "-Xcc", "-march=x86-64-v4", "-Xcc", "-mprefer-vector-width=512", "-DICL_FMA", "-DICL_AVX512",
    ]),
]

let package = Package(
  name: "icl-host",
  products: [
    .executable(name: "icl-host", targets: ["icl-host"]),
    .executable(name: "icl-worker", targets: ["icl-worker"]),
  ]
    + plugins.map { .library(name: $0.name, type: .dynamic, targets: [$0.target]) }
    + backends.map { .library(name: $0.name, type: .dynamic, targets: ["Backend\($0.target)"]) },
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
  ],
  targets: [
    .target(name: "CICL"),
    .systemLibrary(name: "CFFI", pkgConfig: "libffi", providers: [.apt(["libffi-dev"])]),
    .target(
      name: "ICLKit", dependencies: ["CICL"], exclude: ["README.md"], swiftSettings: strict),
    .target(name: "ICLRandom", exclude: ["README.md"], swiftSettings: numeric),
    .target(name: "ICLGraph", exclude: ["README.md"], swiftSettings: strict),
    .target(name: "ICLAnalysis", exclude: ["README.md"], swiftSettings: numeric),
    .target(name: "CICLBackend"),
    .target(name: "CICLTrial"),
    .target(
      name: "CICLWorker", dependencies: ["CICL", "CICLBackend"], exclude: ["README.md"]),
    .executableTarget(name: "icl-worker", dependencies: ["CICLWorker"]),
    .target(
      name: "ICLEngine", dependencies: ["ICLGraph", "ICLRandom", "CICLBackend"],
      exclude: ["README.md"],
      swiftSettings: numeric),
    .target(
      name: "ICLPlugins", dependencies: ["CICL", "CICLBackend", "CICLWorker", "CFFI", "ICLGraph"],
      exclude: ["README.md"],
      swiftSettings: strict),
    .target(
      name: "ICLConformance",
      dependencies: [
        "CICL", "CICLBackend", "CICLTrial", "ICLPlugins", "ICLGraph", "ICLEngine", "ICLRandom",
      ], exclude: ["README.md"], swiftSettings: strict),
    .target(
      name: "ICLRecords",
      dependencies: [
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      exclude: ["README.md"], swiftSettings: strict),
    .target(
      name: "ICLReports", dependencies: ["ICLRecords"], exclude: ["README.md"],
      swiftSettings: strict),
    .target(
      name: "ICLTraining",
      dependencies: [
        "ICLAnalysis", "ICLEngine", "ICLPlugins", "ICLRandom", "ICLRecords",
        .product(name: "Yams", package: "Yams"),
      ],
      exclude: ["README.md"], swiftSettings: strict),
    .target(
      name: "ICLPapers",
      dependencies: ["ICLTraining", "ICLReports", "ICLRecords", "ICLPlugins"],
      exclude: ["README.md"], swiftSettings: strict),
    .target(
      name: "ICLTemplates", dependencies: ["ICLRecords"], exclude: ["README.md"],
      swiftSettings: strict),
    .executableTarget(
      name: "icl-host",
      dependencies: [
        "ICLTraining", "ICLReports", "ICLPapers", "ICLTemplates", "ICLConformance",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], exclude: ["README.md"], swiftSettings: strict),
  ]
    + plugins.map {
      .target(
        name: $0.target,
        dependencies: ["ICLKit"] + ($0.theory.map { [.target(name: $0)] } ?? [])
          + $0.shared.map { .target(name: $0) },
        path: "Plugins/\($0.group)/\($0.target)",
        exclude: ["README.md"], swiftSettings: strict,
        linkerSettings: [
          .unsafeFlags([
            "-Xlinker", "--version-script=\(Context.packageDirectory)/Plugins/exports.map",
            "-no-toolchain-stdlib-rpath", "-use-ld=lld",
          ]),
          .unsafeFlags(["-Xlinker", "--strip-debug"], .when(configuration: .release)),
        ])
    }
    + theories.map {
      .target(
        name: $0, path: "Plugins/Theory/\($0)", exclude: ["README.md"], swiftSettings: strict)
    }
    + shared.map {
      .target(
        name: $0.name, dependencies: ["ICLKit"] + $0.dependencies.map { .target(name: $0) },
        path: "Plugins/Shared/\($0.name)", exclude: ["README.md"], swiftSettings: strict)
    }
    + backends.map {
      .target(
        name: "Backend\($0.target)", dependencies: ["CICLBackend"],
        path: "Sources/Backends/\($0.target)",
        swiftSettings: strict + [.unsafeFlags(["-Ounchecked"] + $0.flags)],
        linkerSettings: [
          .unsafeFlags([
            "-Xlinker", "--version-script=\(Context.packageDirectory)/Sources/Backends/exports.map",
            "-no-toolchain-stdlib-rpath",
          ])
        ])
    }
    + [
      .target(
        name: "GraphCases", dependencies: ["ICLGraph", "ICLEngine"], path: "Tests/GraphCases"),
      .testTarget(name: "ICLGraphTests", dependencies: ["ICLGraph", "ICLEngine", "GraphCases"]),
      .testTarget(name: "ICLRandomTests", dependencies: ["ICLRandom"], exclude: ["Goldens"]),
      .testTarget(name: "ICLAnalysisTests", dependencies: ["ICLAnalysis"]),
      .testTarget(name: "HeaderTests", dependencies: ["CICL"], exclude: ["README.md"]),
      .testTarget(
        name: "ICLEngineTests", dependencies: ["ICLEngine", "ICLGraph", "ICLRandom", "GraphCases"]),
      .testTarget(
        name: "ICLPluginsTests", dependencies: ["ICLPlugins", "ICLEngine", "CFFI"],
        exclude: ["Fixtures"]),
      .testTarget(
        name: "ICLKitTests", dependencies: ["ICLPlugins", "ICLEngine", "ICLGraph"],
        exclude: ["Fixtures"]),
      .testTarget(name: "ICLRecordsTests", dependencies: ["ICLRecords"]),
      .testTarget(
        name: "ICLReportsTests", dependencies: ["ICLReports", "ICLRecords"],
        exclude: ["Fixtures", "Goldens"]),
      .testTarget(name: "InteroperationTests", dependencies: ["ICLRecords"], exclude: ["Readers"]),
      .testTarget(
        name: "ICLTrainingTests", dependencies: ["ICLTraining"], exclude: ["Fixtures"]),
      .testTarget(
        name: "ICLPapersTests",
        dependencies: ["ICLPapers", "ICLTraining", "ICLPlugins", "ICLRecords"],
        exclude: ["Fixtures"]),
      .testTarget(
        name: "FirstPartyTests",
        dependencies: ["ICLPlugins", "ICLEngine", "ICLGraph", "ICLRandom"]),
      .testTarget(
        name: "PluginTests", dependencies: ["ICLPlugins", "ICLEngine", "ICLGraph"],
        exclude: ["Goldens"]),
      .testTarget(
        name: "PaperTests",
        dependencies: theories.map { .target(name: $0) } + [
          "ICLPlugins", "ICLEngine", "ICLGraph", "ICLTraining",
        ]),
      .testTarget(name: "ThirdPartyTests", exclude: ["Fixtures"]),
      .executableTarget(
        name: "icl-fuzz",
        dependencies: [
          "ICLEngine", "ICLGraph", "ICLPapers", "ICLPlugins", "ICLRecords", "ICLTraining",
        ], path: "Tests/Fuzz", exclude: ["README.md", "random-graph.c"], swiftSettings: strict),
      .testTarget(name: "FuzzTests", dependencies: ["icl-fuzz"]),
      .testTarget(name: "ConformanceTests", exclude: ["Hostile"]),
      .testTarget(
        name: "BenchmarkTests", dependencies: ["ICLTraining", "ICLPlugins", "ICLRecords"]),
      .testTarget(
        name: "CommandLineTests", dependencies: ["ICLRecords"], exclude: ["Goldens"]),
    ]
)
