import Foundation
import ICLPlugins
import Testing

@Suite struct CatalogTests {
  private let workshop: Workshop
  init() throws {
    workshop = try Workshop()
    for folder in ["a", "b", "registry"] {
      try FileManager.default.createDirectory(
        atPath: workshop.path(folder), withIntermediateDirectories: true)
    }
    try workshop.build(fixture: "components.c", as: "a/libcomponents.so")
    try workshop.build(fixture: "hostile.c", as: "a/libhostile.so")
    try workshop.build(fixture: "hostile.c", as: "b/libhostile.so", ["-DSECOND_ID=\"third\""])
    try workshop.build(fixture: "hostile.c", as: "b/libbroken.so", ["-DOTHER_MAJOR=7"])
    try workshop.build(fixture: "hostile.c", as: "b/libforeign.so", ["-DNO_NOTE"])
  }

  private func catalog(_ folders: String..., registries: [String] = []) -> PluginCatalog {
    PluginCatalog(
      SearchPath(
        folders: folders.map(workshop.path), registries: registries.map(workshop.path)))
  }

  private func path(of name: String, _ kind: ComponentKind, _ catalog: PluginCatalog) throws
    -> String
  {
    String(try catalog.resolve(name, kind: kind).library.path.dropFirst(resolvedFolder.count + 1))
  }

  private var resolvedFolder: String {
    URL(fileURLWithPath: workshop.folder).resolvingSymlinksInPath().path
  }

  @Test func earlierFoldersComeFirst() throws {
    #expect(try path(of: "first", .model, catalog("a", "b")) == "a/libhostile.so")
    #expect(try path(of: "first", .model, catalog("b", "a")) == "b/libhostile.so")
    #expect(try path(of: "third", .model, catalog("a", "b")) == "b/libhostile.so")
    #expect(try path(of: "hostile#first", .model, catalog("a", "b")) == "a/libhostile.so")
    #expect(try path(of: "sums", .metric, catalog("a", "b")) == "a/libcomponents.so")
  }

  /// It goes on with the folders as they were.
  @Test func frozenCatalogsDoNotLookAgain() throws {
    let live = catalog("a")
    let frozen = live.frozen()
    try workshop.build(fixture: "hostile.c", as: "a/liblater.so", ["-DSECOND_ID=\"later\""])
    #expect(try path(of: "later", .model, live) == "a/liblater.so")
    #expect(throws: PluginError.self) { try frozen.resolve("later", kind: .model) }
    #expect(try path(of: "second", .model, frozen) == "a/libhostile.so")
  }

  @Test func everythingIsListedOnce() throws {
    let all = catalog("a", "b", "a", "absent").all()
    #expect(
      all.entries.map { "\($0.kind) \($0.id)" } == [
        "task declared", "task sampled", "model last-label", "metric sums", "metric nameless",
        "metric services", "optimizer momentum", "optimizer driver", "model first", "model second",
        "model third",
      ])
    // The library of another major is named; the one that is no plugin is left alone.
    #expect(all.refusals.map(\.error.code) == [.wrongMajor])
    #expect(all.refusals.first?.path.hasSuffix("b/libbroken.so") == true)
  }

  @Test func pathsWithAndWithoutComponent() throws {
    let file = workshop.path("a/libcomponents.so")
    let none = catalog()
    #expect(try none.resolve(file, kind: .model).id == "last-label")
    #expect(try none.resolve(file + "#driver", kind: .optimizer).id == "driver")
    // A file name without a folder is looked up in the search path.
    #expect(try path(of: "components.so", .model, catalog("a")) == "a/libcomponents.so")
    #expect(
      try path(of: "libcomponents.so#sums", .metric, catalog("b", "a")) == "a/libcomponents.so")
  }

  @Test func refusals() throws {
    let file = workshop.path("a/libcomponents.so")
    try workshop.build(fixture: "components.c", as: "a/libtwin.so")
    let table: [(name: String, kind: ComponentKind, code: PluginError.Code, text: String)] = [
      ("frist", .model, .unknownComponent, "there is no model 'frist'. Did you mean 'first'?"),
      (
        "zzzzzzzz", .optimizer, .unknownComponent,
        "there is no optimizer 'zzzzzzzz'. The optimizers are: driver, momentum."
      ),
      ("first", .task, .wrongKind, "'first' is a model, not a task."),
      (
        "momentum", .optimizer, .ambiguousComponent,
        "several plugins offer the optimizer 'momentum'. Say which: "
          + "\(resolvedFolder)/a/libcomponents.so#momentum, "
          + "\(resolvedFolder)/a/libtwin.so#momentum"
      ),
      ("", .model, .unknownComponent, "'' names no model."),
      ("first#", .model, .unknownComponent, "'first#' names no model."),
      ("other#first", .model, .unknownComponent, "there is no model 'other#first'."),
      (
        file, .task, .ambiguousComponent,
        "the plugin has several tasks. Say which: libcomponents.so#declared, "
          + "libcomponents.so#sampled"
      ),
      (
        workshop.path("a/libhostile.so"), .task, .wrongKind,
        "the plugin has no task. It has: model."
      ),
      (
        file + "#drivr", .optimizer, .unknownComponent,
        "the plugin has no optimizer 'drivr'. Did you mean 'driver'?"
      ),
      (file + "#driver", .model, .wrongKind, "'driver' is an optimizer, not a model."),
      ("./absent.so", .model, .fileNotFound, "there is no such file."),
    ]
    for row in table {
      let error = try #require(
        refusal { _ = try catalog("a").resolve(row.name, kind: row.kind) }, "\(row.name)")
      #expect(error.code == row.code, "\(row.name)")
      #expect("\(error.message) \(error.hint)".contains(row.text), "\(error)")
    }
  }

  @Test func aManifestStandsForItsLibrary() throws {
    let library = try PluginLibrary.load(path: workshop.path("a/libcomponents.so"))
    let manifest = PluginManifest(library)
    let text = manifest.json()
    #expect(try PluginManifest(json: text) == manifest)
    #expect(text.contains("\"default\" : \"3\"") && text.contains("\"unit\" : \"pairs\""))
    let truth = catalog("a").all().entries.filter { $0.plugin == "components" }
    _ = try workshop.write(text, to: "registry/components.json")
    // A library that could not be opened shows that the manifest is believed for the list.
    _ = try workshop.write("not a library", to: "b/libcomponents.so")
    let listed = catalog("b", registries: ["registry"]).all().entries
      .filter { $0.plugin == "components" }
    #expect(listed.map(\.id) == truth.map(\.id))
    #expect(listed.map(\.options) == truth.map(\.options))
    // It is not believed when it is used.
    let error = try #require(
      refusal { _ = try catalog("b", registries: ["registry"]).resolve("driver", kind: .optimizer) }
    )
    #expect(error.code == .notELF)
  }

  @Test func anOldManifestIsNamed() throws {
    var manifest = PluginManifest(
      try PluginLibrary.load(path: workshop.path("a/libcomponents.so")))
    manifest.components[0].id = "gone"
    _ = try workshop.write(manifest.json(), to: "registry/components.json")
    let error = try #require(
      refusal { _ = try catalog("a", registries: ["registry"]).resolve("gone", kind: .task) })
    #expect(error.code == .badManifest)
    for text in ["{", "[]", "{\"format\": 1}", manifest.json().replacing(": 1,", with: ": 2,")] {
      #expect(refusal { _ = try PluginManifest(json: text) }?.code == .badManifest, "\(text)")
    }
  }

  @Test func theOrderOfTheSearchPath() {
    let path = SearchPath(
      pluginFolders: ["./mine"],
      environment: [
        "ICL_PLUGIN_PATH": "/one::relative:.:/two:/one", "XDG_DATA_HOME": "/data",
        "HOME": "/home/a",
      ], executableFolder: "/usr/bin")
    #expect(
      path.folders == [
        "./mine", "/one", "/two", "/usr/bin", "/usr/lib/icl-host", "/data/icl-host/plugins",
      ])
    let plain = SearchPath(
      environment: ["HOME": "/home/a", "XDG_DATA_HOME": ""], executableFolder: nil)
    #expect(plain.folders == ["/home/a/.local/share/icl-host/plugins"])
  }
}
