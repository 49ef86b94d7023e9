import Foundation
import Testing

/// What `icl-host new` writes builds with its language's own tool, passes its own test (every check of
/// `icl-host validate`, and a short training run), and is the same component in every language.
@Suite(.serialized) struct NewPackageTests {
  private static let kinds = ["model", "task", "metric", "optimizer"]

  @Test(.enabled(if: Tool.exists("gcc"), "gcc is not installed"))
  func c() throws { try expectAllKinds(in: "c", library: "probe.so") }

  @Test(.enabled(if: Tool.exists("g++"), "g++ is not installed"))
  func cxx() throws { try expectAllKinds(in: "cpp", library: "probe.so") }

  @Test(.enabled(if: Tool.exists("cargo"), "cargo is not installed"))
  func rust() throws { try expectAllKinds(in: "rust", library: "target/release/libprobe.so") }

  /// One package is built, and the sources of the other kinds are put into it: ICLKit is compiled
  /// once.
  @Test(.enabled(if: Tool.exists("swift"), "swift is not installed"))
  func swift() throws {
    try withFolder { folder in
      let package = try package("model", "swift", in: folder)
      var libraries: [String: URL] = [:]
      for kind in Self.kinds {
        let written = try self.package(kind, "swift", in: folder.appending(path: kind))
        for file in ["Sources/Probe/Probe.swift", "test.sh"] {
          let place = package.appending(path: file)
          try FileManager.default.removeItem(at: place)
          try FileManager.default.copyItem(at: written.appending(path: file), to: place)
        }
        try makeTest(package)
        libraries[kind] = folder.appending(path: "\(kind).so")
        try FileManager.default.copyItem(
          at: package.appending(path: ".build/release/libprobe.so"), to: libraries[kind]!)
      }
      try expectKnownNumbers(libraries)
    }
  }

  /// It trains as well as before, but prints; so it is `validate` that fails.
  @Test(.enabled(if: Tool.exists("gcc"), "gcc is not installed"))
  func itsTestFailsWhereTheInterfaceIsNotKept() throws {
    try withFolder { folder in
      let package = try package("model", "c", in: folder)
      let file = package.appending(path: "probe.c")
      let text = try String(contentsOf: file, encoding: .utf8)
      let create = try #require(text.range(of: "  struct probe *model = malloc"))
      let broken =
        "#include <stdio.h>\n" + text[..<create.lowerBound] + "  puts(\"made\");\n"
        + text[create.lowerBound...]
      try Data(broken.utf8).write(to: file)
      do {
        try makeTest(package)
        Issue.record("it passes")
      } catch {
        #expect("\(error)".contains("FAIL  binary.prints-nothing"), "\(error)")
        #expect("\(error)".contains(", 1 fail, "), "\(error)")
      }
    }
  }

  @Test(.enabled(if: Tool.exists("cmake"), "cmake is not installed"))
  func cmakeFindsWhatIsInstalled() throws {
    try withFolder { folder in
      let package = try package("optimizer", "cpp", in: folder)
      try FileManager.default.removeItem(at: package.appending(path: "include"))
      let prefix = try install(in: folder)
      let cmake = try #require(Tool("cmake"))
      try cmake.run(["-B", "build", "-DCMAKE_PREFIX_PATH=\(prefix.path)"], in: package)
      try cmake.run(["--build", "build"], in: package)
    }
  }

  @Test(.enabled(if: Tool.exists("gcc") && Tool.exists("pkg-config"), "they are not installed"))
  func pkgConfigFindsWhatIsInstalled() throws {
    try withFolder { folder in
      let package = try package("metric", "c", in: folder)
      try FileManager.default.removeItem(at: package.appending(path: "include"))
      let prefix = try install(in: folder)
      let flags = try #require(Tool("env")).run([
        "PKG_CONFIG_PATH=\(prefix.path)/lib/pkgconfig", "pkg-config", "--cflags", "icl",
      ]).split(whereSeparator: \.isWhitespace).map(String.init)
      try #require(Tool("gcc")).run(
        ["-std=c11", "-shared", "-fPIC"] + flags + ["probe.c", "-o", "probe.so", "-lm"],
        in: package)

      // The installed host finds its own plugins, backends and templates.
      let host = try #require(Tool(at: prefix.appending(path: "bin/icl-host")))
      let metric = package.appending(path: "probe.so").path
      try host.run([
        "--model", "linear-attention", "--task", "ridge", "--metric", metric, "--steps", "5",
      ])
      try host.run(["new", "task", "another", "--language", "c", "--into", folder.path])
    }
  }

  @Test func refusals() throws {
    try withFolder { folder in
      let host = try Host().tool
      func refusal(_ arguments: [String]) -> String {
        do {
          try host.run(["new"] + arguments + ["--into", folder.path])
          return "none"
        } catch { return "\(error)" }
      }
      let home = ["--home", Repository.root.path]
      #expect(refusal(["model", "My_x", "--language", "c"] + home).contains("expected kebab-case"))
      #expect(refusal(["model", "1x", "--language", "c"] + home).contains("expected kebab-case"))
      #expect(
        refusal(["model", "x", "--language", "c", "--home", folder.path])
          .contains("Say where they are with: --home"))
      #expect(refusal(["model", "x", "--language", "c"] + home) == "none")
      #expect(
        refusal(["task", "x", "--language", "c"] + home)
          .contains("there is something of this name already"))
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(names == ["x"], "nothing else is left behind")
    }
  }

  private func expectAllKinds(in language: String, library: String) throws {
    try withFolder { folder in
      var libraries: [String: URL] = [:]
      for kind in Self.kinds {
        let package = try package(kind, language, in: folder.appending(path: kind))
        try makeTest(package)
        libraries[kind] = package.appending(path: library)
      }
      try expectKnownNumbers(libraries)
    }
  }

  private func package(_ kind: String, _ language: String, in folder: URL) throws -> URL {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Host().tool.run([
      "new", kind, "probe", "--language", language, "--into", folder.path, "--home",
      Repository.root.path,
    ])
    return folder.appending(path: "probe")
  }

  private func makeTest(_ package: URL) throws {
    let host = try Host().tool.path.path
    let output = try #require(Tool("make")).run(["test", "ICL_HOST=\(host)"], in: package)
    #expect(output.contains(", 0 fail, "), "its test runs validate: \(output)")
    let readme = try String(contentsOf: package.appending(path: "README.md"), encoding: .utf8)
    #expect(readme.contains("`icl-host validate`"))
  }

  private func install(in folder: URL) throws -> URL {
    let prefix = folder.appending(path: "usr")
    try #require(Tool("make")).run(
      ["install", "PREFIX=\(prefix.path)", "PRODUCTS=\(Repository.products.path)"],
      in: Repository.root)
    return prefix
  }

  /// All four at once. 50 steps of 0.001 against one sign take the rate from 0.1 to 0.15; the loss
  /// of that step of descent in closed form is σ² + ρ D (1 - 2 r + r² (N + D + 1) / N), plus the
  /// noise's part r² D σ² / N, with ρ the density.
  private func expectKnownNumbers(_ libraries: [String: URL]) throws {
    let (d, n, density, noise, rate) = (4.0, 16.0, 0.5, 0.25, 0.15)
    let output = try Host().tool.run(
      [
        "--model", libraries["model"]!.path, "--task", libraries["task"]!.path,
        "--metric", libraries["metric"]!.path, "--optimizer", libraries["optimizer"]!.path,
        "--steps", "50", "--batch", "4096", "--json",
      ]
        + ["task.dimension=4", "task.density=0.5", "run.evaluation-prompts=200000"]
        .flatMap { ["--set", $0] })
    let training = try JSONDecoder().decode(Outcome.self, from: Data(output.utf8))
    let expected =
      noise + density * d * (1 - 2 * rate + rate * rate * (n + d + 1) / n)
      + rate * rate * d * noise / n
    #expect(training.parameters == 1)
    #expect(abs(training.loss - expected) < 4 * training.standard_error)
    #expect(training.standard_error < 0.01 * expected)
    #expect(output.contains("\"absolute-error\""))
  }

  private struct Outcome: Decodable {
    let parameters: Int
    let loss: Double
    let standard_error: Double
  }

  private func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    try body(folder.url)
  }
}
