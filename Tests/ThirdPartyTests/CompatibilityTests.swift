import Foundation
import Testing

/// Old plugins in today's host, today's plugins in the oldest host, and a younger plugin in both:
/// what docs/compatibility.md promises.
@Suite(.serialized, .enabled(if: Tool.exists("gcc"), "gcc is not installed"))
struct CompatibilityTests {
  private static let abi = Repository.root.appending(path: "Registry/abi")
  private static let fixtures = Repository.fixtures.appending(path: "Compatibility")

  /// Every header that was released, or will be as it is: 1.0.h and so on, oldest first.
  static let headers: [String] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: abi.path)) ?? []
    return files.filter { $0.hasSuffix(".h") }.sorted {
      $0.compare($1, options: .numeric) == .orderedAscending
    }
  }()

  private static let flags = ["-std=c11", "-O2", "-Wall", "-Wextra", "-Werror"]

  /// The plugin Fixtures/Compatibility/sample.c, built against a header.
  private func sample(header: String, in folder: URL, as name: String) throws -> URL {
    let include = try self.include(header, in: folder.appending(path: "\(name)-include"))
    let library = folder.appending(path: "\(name).so")
    try Tool("gcc")?.run(
      Self.flags + [
        "-shared", "-fPIC", "-fvisibility=hidden", "-I", include,
        Self.fixtures.appending(path: "sample.c").path, "-o", library.path,
      ])
    return library
  }

  private func include(_ header: String, in folder: URL) throws -> String {
    let icl = folder.appending(path: "icl")
    try FileManager.default.createDirectory(at: icl, withIntermediateDirectories: true)
    try Data(header.utf8).write(to: icl.appending(path: "icl.h"))
    return folder.path
  }

  private func text(_ header: String) throws -> String {
    try String(contentsOf: Self.abi.appending(path: header), encoding: .utf8)
  }

  private func today() throws -> String {
    try String(
      contentsOf: Repository.header.appending(path: "include/icl/icl.h"), encoding: .utf8)
  }

  /// A header of the next minor version: one more field in each table that a plugin hands out.
  private func younger() throws -> String {
    var text = try today()
    for name in [
      "option", "tensor_spec", "scan", "custom", "model", "task", "metric", "optimizer",
      "component", "plugin",
    ] {
      #expect(text.contains("\n} icl_\(name);"))
      text = text.replacingOccurrences(
        of: "\n} icl_\(name);", with: "\n  uint64_t younger;\n} icl_\(name);")
    }
    text = text.replacingOccurrences(
      of: #"#define ICL_ABI_MINOR (\d+)u"#, with: "#define ICL_ABI_MINOR 99u",
      options: .regularExpression)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.filter { !$0.hasPrefix("ICL_ASSERT_SIZE(") }.joined(separator: "\n")
  }

  private struct Outcome: Decodable, Equatable {
    let parameters: Int
    let final_loss: Double
    let loss: Double
  }

  private func train(
    _ plugin: URL, optimizer: String? = nil, settings: [String] = []
  ) throws -> Outcome {
    let path = plugin.path
    let output = try Host().tool.run(
      [
        "--model", path, "--task", path, "--metric", path, "--optimizer", optimizer ?? path,
        "--steps", "50", "--batch", "64", "--precision", "double", "--json",
      ] + settings.flatMap { ["--set", $0] })
    return try JSONDecoder().decode(Outcome.self, from: Data(output.utf8))
  }

  @Test func everyHeaderIsKept() throws {
    let version = try #require(
      try today().firstMatch(
        of: #/#define ICL_ABI_MAJOR (\d+)u\n#define ICL_ABI_MINOR (\d+)u/#))
    let released = try text("released").split(separator: "\n").map { "\($0).h" }
    #expect(Self.headers.first == "1.0.h")
    #expect(Self.headers.contains("\(version.1).\(version.2).h"))
    #expect(Set(released).isSubset(of: Self.headers))
    // The one of today's version is the header itself.
    #expect(
      try text("\(version.1).\(version.2).h") == today(),
      "run Registry/abi/regenerate, or raise ICL_ABI_MINOR")
  }

  @Test(arguments: headers) func anOldPluginTrainsInTodaysHost(header: String) throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let old = try train(sample(header: text(header), in: folder.url, as: "old"))
    let new = try train(sample(header: today(), in: folder.url, as: "new"))
    #expect(old == new)
    #expect(old.parameters == 5 && old.loss < 3)
    // Gradient descent of another author, at the rate of the sample's own.
    let other = try train(
      sample(header: text(header), in: folder.url, as: "other"), optimizer: "gradient-descent",
      settings: ["optimizer.learning-rate=0.1"])
    #expect(abs(old.final_loss - other.final_loss) < 1e-12 * other.final_loss)
  }

  @Test func aYoungerPluginThatNeedsNothingNewTrainsInTodaysHost() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let young = try train(sample(header: younger(), in: folder.url, as: "young"))
    #expect(young == (try train(sample(header: today(), in: folder.url, as: "new"))))
  }

  // MARK: The oldest host

  private func oldestHost(in folder: URL) throws -> Tool {
    let include = try include(
      text(try #require(Self.headers.first)), in: folder.appending(path: "oldest"))
    let program = folder.appending(path: "oldest_host")
    let sources = ["oldest_host.c", "oldest_graph.c", "oldest_components.c"].map {
      Self.fixtures.appending(path: $0).path
    }
    try Tool("gcc")?.run(
      Self.flags + ["-I", include] + sources + ["-o", program.path, "-ldl", "-lm"])
    return Tool(at: program)
  }

  /// The plugin's components as the oldest host drove them: "model ridge" and what came of it.
  private func drive(_ plugin: URL, in host: Tool) throws -> [String: String] {
    // Plugins in Swift need its runtime, which our host has in its own search path.
    let env = try #require(Tool("env"))
    let output = try env.run(
      ["LD_LIBRARY_PATH=\(try Self.swiftRuntime())", host.path.path, plugin.path])
    return Dictionary(
      uniqueKeysWithValues: output.split(separator: "\n").compactMap { line in
        line.firstRange(of: ": ").map {
          (String(line[..<$0.lowerBound]), String(line[$0.upperBound...]))
        }
      })
  }

  /// The folder of the Swift runtime that this test itself uses.
  private static func swiftRuntime() throws -> String {
    // In pieces: the system says that such a file is empty.
    let maps = try FileHandle(forReadingFrom: URL(filePath: "/proc/self/maps")).readToEnd()
    let lines = String(decoding: maps ?? Data(), as: UTF8.self).split(separator: "\n")
    let line = try #require(lines.first { $0.hasSuffix("/libswiftCore.so") })
    let path = try #require(line.firstIndex(of: "/").map { String(line[$0...]) })
    return URL(filePath: path).deletingLastPathComponent().path
  }

  @Test func aYoungerPluginRunsInTheOldestHost() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let host = try oldestHost(in: folder.url)
    for (name, header) in [("new", try today()), ("young", try younger())] {
      let driven = try drive(sample(header: header, in: folder.url, as: name), in: host)
      #expect(
        driven == [
          "model sample": "built, 10 parameters", "task sample": "declared 3 tensors",
          "metric sample": "reported 1", "optimizer sample": "moved",
        ])
    }
  }

  /// What the oldest host's one signature cannot serve: a sentence, not a crash.
  private static let refusals = [
    "elimination", "best-constant", "context-descent", "delta-rule", "dmmse", "softmax-mixer",
    "noise-posterior", "link-curve", "descent-alignment", "descent-theory", "state-size",
    "linear-attention-time-courses", "layer-losses", "learning-coefficient", "copying",
  ]

  @Test func everyPluginOfOursRunsInTheOldestHost() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let host = try oldestHost(in: folder.url)
    let files = try FileManager.default.contentsOfDirectory(atPath: Repository.products.path)
    let plugins = files.filter {
      $0.hasPrefix("lib") && $0.hasSuffix(".so") && !$0.contains("backend")
        && FileManager.default.fileExists(
          atPath: Repository.root.appending(
            path: "Registry/plugins/\($0.dropFirst(3).dropLast(3)).json"
          ).path)
    }
    #expect(plugins.count >= 20)
    var driven: [String: String] = [:]
    for plugin in plugins {
      let found = try drive(Repository.products.appending(path: plugin), in: host)
      #expect(!found.isEmpty, "\(plugin)")
      driven.merge(found) { first, _ in first }
    }
    let refused = driven.filter { $0.value.hasPrefix("refused") }
    for (component, sentence) in refused {
      #expect(
        Self.refusals.contains { component.hasSuffix(" \($0)") }, "\(component): \(sentence)")
    }
    #expect(driven["optimizer adam"] == "moved")
    #expect(driven["task ridge"] == "declared 4 tensors")
    // The oldest host and today's agree on how many parameters a model has.
    for model in ["linear-attention", "mamba", "softmax-transformer", "gd-ssm", "h3"] {
      let output = try Host().tool.run([
        "--model", model, "--task", "ridge", "--dry-run", "--json", "--set", "task.dimension=3",
        "task.context-length=4", "task.scoring=query",
      ])
      struct Cost: Decodable { let parameters: Int }
      let cost = try JSONDecoder().decode(Cost.self, from: Data(output.utf8))
      #expect(driven["model \(model)"] == "built, \(cost.parameters) parameters")
    }
  }
}
