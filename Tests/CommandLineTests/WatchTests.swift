import Foundation
import Testing

/// A plugin that is built anew while the program runs.
@Suite struct WatchTests {
  /// A model of parameters that flags choose.
  private static let source = """
    #include <icl/icl.h>
    static int32_t create(const icl_host *h, const icl_value *const *o, uint32_t c, void **i,
                          icl_error *e) { static int none; *i = &none; return ICL_OK; }
    static icl_node build(void *i, const icl_graph *g, const icl_signature *t, icl_error *e) {
      const uint64_t n = t->context_length, extents[1] = {t->input_dimension};
      icl_node x = icl_input(g, "x"), y = icl_input(g, "y");
      icl_node scores = icl_einsum(g, "nd,qd->qn", icl_slice_axis(g, x, 0, 0, n),
                                   icl_slice_axis(g, x, 0, n, n + 1));
      icl_node rate = icl_parameter(g, "rate", icl_scalar(g, 0.1));
    #ifdef GATE
      icl_node gate = icl_parameter(g, "gate", icl_normal(g, "gate", 1, extents));
      rate = icl_add(g, rate, icl_einsum(g, "i->", gate, 0));
    #endif
      return icl_scale(g, 1.0 / (double)n, icl_mul(g, rate, icl_einsum(g, "qn,no->qo", scores, y)));
    }
    static const icl_model model = {.struct_size = sizeof model, .build = build};
    static const icl_component component = {
        .struct_size = sizeof component, .kind = ICL_MODEL, .id = "watched", .version = VERSION,
        .summary = "built anew", .create = create, .interface = &model};
    static const icl_plugin plugin = {.struct_size = sizeof plugin, .name = "watched",
        .version = VERSION, .license = "MIT", .components = &component, .component_count = 1};
    ICL_PLUGIN_NOTE;
    ICL_EXPORT const icl_plugin *icl_plugin_v1(const icl_host *h, uint32_t l, uint32_t m,
                                               icl_error *e) { return &plugin; }

    """

  /// Builds it in place, as compilers do.
  private func build(_ version: String, gate: Bool, in folder: URL) throws {
    let source = folder.appending(path: "watched.c")
    try Data(Self.source.utf8).write(to: source)
    let include = Host.repository.appending(path: "Sources/CICL/include").path
    let built = try Host.run(
      program: URL(filePath: "/usr/bin/env"),
      ["gcc", "-shared", "-fPIC", "-I", include, "-DVERSION=\"\(version)\""]
        + (gate ? ["-DGATE"] : []) + [source.path, "-o", folder.appending(path: "watched.so").path])
    try #require(built.status == 0, "\(built.errors)")
  }

  private func start(_ steps: Int, in folder: URL) throws -> Session {
    try Session(
      [
        "--model", "./watched.so", "--task", "ridge", "--set", "task.scoring=query",
        "run.evaluation-prompts=64", "--batch", "8", "--threads", "1", "--steps", "\(steps)",
        "--watch",
      ], in: folder)
  }

  private func count(_ text: String, _ session: Session) -> Int {
    session.messages.components(separatedBy: text).count - 1
  }

  /// At most a minute; a program that does not come to it is ended.
  private func wait(_ session: Session, until condition: () -> Bool) -> Bool {
    let end = ContinuousClock.now + .seconds(60)
    if session.wait(until: { condition() || ContinuousClock.now > end }), condition() {
      return true
    }
    session.send(SIGKILL)
    return false
  }

  @Test func betweenRunsANewBuildIsPickedUp() throws {
    try withTemporaryFolder { folder in
      try build("1.0.0", gate: false, in: folder)
      let session = try start(20, in: folder)
      #expect(wait(session) { count("to be built anew", session) == 1 }, "\(session.messages)")
      try build("1.1.0", gate: true, in: folder)
      #expect(wait(session) { count("to be built anew", session) == 2 }, "\(session.messages)")
      #expect(session.messages.contains("anew: watched 1.0.0 is now watched 1.1.0\n"))
      #expect(session.messages.contains("  parameter gate [8] is new\n"))
      #expect(session.messages.contains("starting again\n"))
      // What cannot be loaded is waited over.
      try Data("half a library".utf8).write(to: folder.appending(path: "watched.so"))
      #expect(
        wait(session) { count("waiting for the next build", session) == 1 }, "\(session.messages)")
      try build("1.2.0", gate: false, in: folder)
      #expect(wait(session) { count("to be built anew", session) == 3 }, "\(session.messages)")
      #expect(session.messages.contains("  parameter gate [8] is gone\n"))
      try build("1.3.0", gate: false, in: folder)
      #expect(wait(session) { count("to be built anew", session) == 4 }, "\(session.messages)")
      #expect(session.messages.contains("  the parameters are the same\n"))
      session.send(SIGINT)
      #expect(session.end() == 0, "\(session.messages)")
    }
  }

  @Test func aPausedRunGoesOnIfTheParametersFit() throws {
    try withTemporaryFolder { folder in
      try build("1.0.0", gate: false, in: folder)
      let session = try start(1_000_000_000, in: folder)
      #expect(wait(session) { session.messages.contains("step ") })
      session.send(SIGINT)
      #expect(wait(session) { count("to be built anew", session) == 1 }, "\(session.messages)")
      let paused = try #require(session.messages.firstMatch(of: #/paused after ([\d,]+) of/#))
      try build("1.1.0", gate: false, in: folder)
      #expect(
        wait(session) { session.messages.contains("going on from step \(paused.1)\n") },
        "\(session.messages)")
      session.send(SIGINT)
      #expect(wait(session) { count("to be built anew", session) == 2 }, "\(session.messages)")
      try build("1.2.0", gate: true, in: folder)
      let again = "starting again, since the parameters are others\n"
      #expect(wait(session) { session.messages.contains(again) }, "\(session.messages)")
      #expect(session.messages.contains("  parameter gate [8] is new\n"))
      session.send(SIGTERM)
      #expect(session.end() == 75, "\(session.messages)")
    }
  }

  /// A task in Swift, of which two copies live in one process.
  @Test func aSwiftPluginIsLoadedAnew() throws {
    try withTemporaryFolder { folder in
      let home = try TrustHome(folder)
      let task = try home.copy("libridge-task.so")
      let session = try Session(
        [
          "--model", "linear-attention", "--task", task + "#ridge", "--steps", "5", "--batch", "8",
          "--set", "run.evaluation-prompts=64", "--watch",
        ], in: home.folder)
      #expect(wait(session) { count("to be built anew", session) == 1 }, "\(session.messages)")
      try home.lengthen(task)
      #expect(wait(session) { count("to be built anew", session) == 2 }, "\(session.messages)")
      #expect(session.messages.contains("loaded \(task) anew: ridge-task"))
      session.send(SIGINT)
      #expect(session.end() == 0, "\(session.messages)")
    }
  }

  @Test func aWatchedRunIsNotRecorded() throws {
    let answer = try Host.run(
      "--model", "linear-attention", "--task", "ridge", "--watch", "--out", "x")
    #expect(answer.status == 64)
    #expect(answer.errors.contains("--watch runs again and again, and records nothing"))
  }
}
