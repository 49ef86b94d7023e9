import Foundation
import Testing

/// Where names are looked up, and where never.
@Suite struct SearchPathTests {
  /// A folder with copies of the task's plugin under these names.
  private func withCopies(_ names: [String], _ body: (URL) throws -> Void) throws {
    try withTemporaryFolder { folder in
      for name in names {
        try FileManager.default.copyItem(
          at: Host.products.appending(path: "libridge-task.so"), to: folder.appending(path: name))
      }
      // Paths come back without links.
      try body(folder.resolvingSymlinksInPath())
    }
  }

  private func place(
    _ arguments: [String], environment: [String: String] = [:]
  ) throws -> String {
    let document = try Host.run(
      ["describe", "ridge-task", "--json"] + arguments, environment: environment
    ).document()
    let components = try #require(document["components"] as? [[String: Any]])
    return try #require(components.first?["path"] as? String)
  }

  @Test func commandLineThenEnvironmentThenTheBuild() throws {
    try withCopies(["libone.so"]) { first in
      try withCopies(["libtwo.so"]) { second in
        let build = try place([])
        #expect(build.hasSuffix("/libridge-task.so"))
        let environment = ["ICL_PLUGIN_PATH": second.path]
        #expect(try place([], environment: environment) == second.path + "/libtwo.so")
        #expect(
          try place(["--plugin-dir", first.path], environment: environment)
            == first.path + "/libone.so")
        // Neither hides the other components of the build.
        let answer = try Host.run(
          ["list", "--plugin-dir", first.path], environment: environment)
        #expect(answer.output.contains("linear-attention"))
      }
    }
  }

  @Test func theUsersDataFolderComesLast() throws {
    try withTemporaryFolder { data in
      let folder = data.appending(path: "icl-host/plugins")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let source = folder.appending(path: "one.c")
      try Data(Self.model.utf8).write(to: source)
      let include = Host.repository.appending(path: "Sources/CICL/include").path
      let built = try Host.run(
        program: URL(filePath: "/usr/bin/env"),
        [
          "gcc", "-shared", "-fPIC", "-I", include, source.path, "-o",
          folder.appending(path: "libmine.so").path,
        ])
      #expect(built.status == 0, "\(built.errors)")
      let environment = ["XDG_DATA_HOME": data.path]
      #expect(try Host.run(["list"], environment: environment).output.contains("only-here"))
      #expect(try !Host.run("list").output.contains("only-here"))
    }
  }

  static let model = """
    #include <icl/icl.h>
    static int32_t create(const icl_host *h, const icl_value *const *o, uint32_t c, void **i,
                          icl_error *e) { static int none; *i = &none; return ICL_OK; }
    static icl_node build(void *i, const icl_graph *g, const icl_signature *t, icl_error *e) {
      return icl_input(g, "y");
    }
    static const icl_model model = {.struct_size = sizeof model, .build = build};
    static const icl_component component = {
        .struct_size = sizeof component, .kind = ICL_MODEL, .id = "only-here", .version = "1.0.0",
        .summary = "of one user", .create = create, .interface = &model};
    static const icl_plugin plugin = {.struct_size = sizeof plugin, .name = "mine",
        .version = "1.0.0", .license = "MIT", .components = &component, .component_count = 1};
    ICL_PLUGIN_NOTE;
    ICL_EXPORT const icl_plugin *icl_plugin_v1(const icl_host *h, uint32_t l, uint32_t m,
                                               icl_error *e) { return &plugin; }

    """

  @Test func severalOfOneNameAreAnError() throws {
    try withCopies(["libone.so", "libtwo.so"]) { folder in
      let answer = try Host.run(
        "evaluate", "--model", "ridge", "--task", "ridge", "--plugin-dir", folder.path)
      #expect(answer.status == 69)
      #expect(answer.errors.contains("several plugins offer the task 'ridge'."))
      #expect(
        answer.errors.contains("\(folder.path)/libone.so#ridge, \(folder.path)/libtwo.so#ridge"))
    }
  }

  /// Plugins are never looked for in the current directory.
  @Test func theCurrentDirectoryIsNotSearched() throws {
    try withCopies(["libelsewhere.so", "elsewhere.so"]) { folder in
      let here = try Host.run(
        ["list", "--json"], in: folder, environment: ["ICL_PLUGIN_PATH": ":.:elsewhere"])
      #expect(here.status == 0 && !here.output.contains("elsewhere.so"))
      let named = try Host.run("list", "--json", "--plugin-dir", folder.path, in: folder).output
      #expect(named.contains("libelsewhere.so"))
      for command in [
        ["describe", "elsewhere.so"],
        ["sample", "--task", "elsewhere.so", "--prompts", "1", "--out", "x.npz"],
      ] {
        let answer = try Host.run(command, in: folder)
        #expect(answer.status == 69)
        #expect(answer.errors.contains("write ./elsewhere.so"), "\(answer.errors)")
      }
      #expect(try Host.run("describe", "./elsewhere.so", in: folder).status == 0)
    }
  }
}
