import Foundation
import Testing

/// Registry/plugins says what the plugins of this package offer, and names are found by it.
@Suite struct ManifestTests {
  static let registry = Host.repository.appending(path: "Registry/plugins")

  /// As Package.swift lists them.
  static let plugins: [String] = {
    let text = try? String(
      contentsOf: Host.repository.appending(path: "Package.swift"), encoding: .utf8)
    return (text ?? "").matches(of: #/\n {2}Plugin\([^)]*name: "([^"]*)"/#).map { String($0.1) }
  }()

  /// Written again, each is what is committed.
  @Test func everyPluginHasItsManifest() throws {
    let written = try FileManager.default.contentsOfDirectory(atPath: Self.registry.path)
      .filter { $0.hasSuffix(".json") }
    #expect(Self.plugins.count >= 9)
    #expect(Set(written) == Set(Self.plugins.map { "\($0).json" }), "make manifests")
    try withTemporaryFolder { folder in
      let paths = Self.plugins.map { Host.products.appending(path: "lib\($0).so").path }
      let answer = try Host.run(["registry", "manifest", "--out", folder.path] + paths)
      #expect(answer.status == 0 && answer.output == "", "\(answer.errors)")
      for name in Self.plugins {
        let file = "\(name).json"
        let now = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
        let committed = try String(contentsOf: Self.registry.appending(path: file), encoding: .utf8)
        #expect(now == committed, "\(file) is old: make manifests")
      }
    }
  }

  @Test func oneManifestGoesToStandardOutput() throws {
    let library = Host.products.appending(path: "libadam.so").path
    let document = try Host.run("registry", "manifest", library).document()
    #expect(document["name"] as? String == "adam")
    #expect(document["file"] as? String == "libadam.so")
    #expect(try Host.run("registry", "manifest", "/proc/self/exe").status == 69)
    let missing = try Host.run("registry", "manifest", "--out", "/nowhere", library)
    #expect(missing.status == 73)
    #expect(missing.errors.contains("/nowhere/adam.json: cannot create it"))
  }

  /// A tree with the program in .build/release, and beside that the registry.
  private func withTree(_ libraries: [String], _ body: (_ program: URL) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let build = folder.appending(path: ".build/release")
      try copy(libraries + ["icl-host"], to: build)
      try FileManager.default.createDirectory(
        at: folder.appending(path: "Registry"), withIntermediateDirectories: true)
      try FileManager.default.copyItem(
        at: Self.registry, to: folder.appending(path: "Registry/plugins"))
      try body(build.appending(path: "icl-host"))
    }
  }

  private func copy(_ files: [String], to folder: URL) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for file in files {
      try FileManager.default.copyItem(
        at: Host.products.appending(path: file), to: folder.appending(path: file))
    }
  }

  @Test func namesAreFoundWithoutOpeningLibraries() throws {
    try withTree([]) { program in
      // It could not be opened, so what is listed comes from the manifest.
      let library = program.deletingLastPathComponent().appending(path: "libridge-task.so")
      try Data("no library".utf8).write(to: library)
      let listed = try Host.run(program: program, ["list"])
      #expect(listed.output.contains("ridge-task"), "\(listed)")
      #expect(listed.errors == "")
      let described = try Host.run(program: program, ["describe", "ridge"])
      #expect(described.output.contains("task.noise-variance"))
      let used = try Host.run(
        program: program, ["sample", "--task", "ridge", "--prompts", "1", "--out", "x.npz"])
      #expect(used.status == 69 && used.errors.contains("libridge-task.so"), "\(used.errors)")
    }
  }

  static let needed = [
    "libridge-task.so", "libridge-predictor.so", "libloss-by-context-length.so",
    "libexcess-over-oracle.so",
  ]
  static let kernels = ["avx512", "avx2", "baseline"].map { "libicl-backend-\($0).so" }
  static let job = ["evaluate", "--model", "ridge", "--task", "ridge", "--prompts", "64", "--json"]

  @Test func aTreeWithManifestsRuns() throws {
    try withTree(Self.needed + Self.kernels) { program in
      let answer = try Host.run(program: program, Self.job)
      #expect(answer.status == 0, "\(answer.errors)")
    }
  }

  /// bin/icl-host finds lib/icl-host.
  @Test func anInstalledProgramRuns() throws {
    try withTemporaryFolder { folder in
      try copy(["icl-host"], to: folder.appending(path: "bin"))
      try copy(Self.needed + Self.kernels, to: folder.appending(path: "lib/icl-host"))
      let answer = try Host.run(program: folder.appending(path: "bin/icl-host"), Self.job)
      #expect(answer.status == 0, "\(answer.errors)")
    }
  }
}
