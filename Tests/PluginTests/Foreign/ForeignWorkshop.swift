import Foundation
import ICLPlugins
import Testing

/// A temporary folder with a small library of our own, which no manifest has to trust.
final class ForeignWorkshop {
  let folder: URL

  static let source = """
    #include <signal.h>
    #include <stdlib.h>
    #include <unistd.h>
    /* Predicts the last label, or 0. */
    void last(int pairs, const double *y, double *out) { *out = pairs > 0 ? y[pairs - 1] : 0; }
    void die(int how) {
      if (how == 1) raise(SIGSEGV);
      if (how == 2) abort();
      if (how == 3) exit(3);
      if (how == 4) for (;;) pause();
    }
    double twice(double x) { return 2 * x; }
    long count_of(long n) { return n; }
    /* Calls back with a count that is wrong by one. */
    void misuse(void (*f)(int n, const double *x, double *g), int n, double *x) {
      f(n + 1, x, x);
    }
    void misuse_null(void (*f)(int n, const double *x, double *g), int n, double *x) {
      f(n, (double *)0, x);
    }
    """

  var library: String { "\(folder.path)/libsmall.so" }

  init(_ flags: [String] = []) throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "icl-foreign-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try write(Self.source, "small.c")
    try run("gcc", flags + ["-shared", "-fPIC", "small.c", "-o", "libsmall.so"])
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  @discardableResult
  func write(_ text: String, _ name: String) throws -> String {
    let file = folder.appending(path: name)
    try text.write(to: file, atomically: true, encoding: .utf8)
    return file.path
  }

  func run(_ tool: String, _ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [tool] + arguments
    process.currentDirectoryURL = folder
    let pipe = Pipe()
    process.standardError = pipe
    try process.run()
    let errors = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(String(decoding: errors, as: UTF8.self))")
  }

  /// A manifest of the small library with one model, after some replacements.
  func manifest(_ changes: [(String, String)] = []) throws -> String {
    var text = """
      {
        "foreign": 1, "name": "small", "version": "1.0.0", "license": "MIT",
        "libraries": ["\(folder.path)/libsmall.so"],
        "functions": [
          "void last(int pairs, const double y[pairs], double out[1])", "void die(int how)"
        ],
        "components": [{
          "kind": "model", "id": "last-label", "version": "1.0.0", "summary": "the last label",
          "options": [
            {"name": "how", "type": "integer", "default": "0", "summary": "how it dies"}
          ],
          "buffers": [{"name": "scratch", "type": "double", "extent": "output-dimension"}],
          "steps": [
            {"call": "die", "arguments": {"how": "option.how"}},
            {"call": "last", "arguments": {"pairs": "pairs", "y": "y", "out": "scratch"}},
            {"copy": "scratch", "to": {"array": "predictions", "offset": "position"}, "count": 1}
          ]
        }]
      }
      """
    for (old, new) in changes {
      try #require(text.contains(old), "\(old)")
      text = text.replacing(old, with: new)
    }
    return try write(text, "\(UUID().uuidString).foreign.json")
  }

  func predict(
    _ path: String, _ settings: [String: String] = [:], policy: ForeignPolicy = Foreign.worker
  ) throws -> [Double] {
    try Foreign.catalog(policy).resolve(path, kind: .model).makeModel(settings)
      .predict(
        signature: FirstParty.regression(1, context: 2), count: 1, inputs: [[1, 2, 3], [4, 5]])
  }
}

/// What an error says, without where its file is.
func complaint(_ body: () throws -> Void) -> String {
  do {
    try body()
    return "no error"
  } catch let error as PluginError {
    return error.message + (error.hint.isEmpty ? "" : " " + error.hint)
  } catch {
    return "\(error)"
  }
}
