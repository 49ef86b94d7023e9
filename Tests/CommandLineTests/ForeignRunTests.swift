import Foundation
import Glibc
import Testing

/// Runs that other people's optimizers drive: our loss and gradient through a C function that libffi
/// makes.
@Suite struct ForeignRunTests {
  static func has(_ library: String) -> Bool { dlopen(library, RTLD_NOW) != nil }

  /// Linear attention on one batch: its loss has one optimum, and a saddle at the start.
  private static let job = [
    "--model", "linear-attention", "--task", "ridge", "--batch", "256", "--precision", "double",
    "--seed", "1", "--json",
  ]
  private static let settings = [
    "--set", "run.evaluation-prompts=16", "run.prompts=256", "task.dimension=2",
    "task.context-length=8",
  ]

  private func loss(
    _ optimizer: [String], _ settings: [String] = [], in folder: URL
  ) throws -> Double {
    let answer = try Host.run(
      Self.job + ["--optimizer"] + optimizer + Self.settings + settings, in: folder)
    return try #require(
      try answer.document()["final_loss"] as? Double, "\(optimizer): \(answer.errors)")
  }

  /// What two of our own find: quasi-Newton steps, and Adam's.
  private func optimum(in folder: URL) throws -> Double {
    let found = try loss(["bfgs"], in: folder)
    let other = try loss(["adam", "--steps", "500"], ["optimizer.learning-rate=0.02"], in: folder)
    #expect(abs(other - found) < 1e-9)
    return found
  }

  /// L-BFGS, whose callback has a user pointer; in both processes the same bits.
  @Test(.enabled(if: has("libnlopt.so.0"), "needs Debian's libnlopt0"))
  func nloptFindsTheOptimum() throws {
    try withTemporaryFolder { folder in
      let found = try loss(["nlopt"], in: folder)
      #expect(abs(found - (try optimum(in: folder))) < 1e-9)
      #expect(try loss(["nlopt", "--foreign", "in-process"], in: folder) == found)
    }
  }

  /// Gradient flow, integrated until it stands still.
  @Test(.enabled(if: has("libgsl.so.27"), "needs Debian's libgsl27"))
  func gradientFlowEndsAtTheOptimum() throws {
    try withTemporaryFolder { folder in
      let found = try loss(["gsl-gradient-flow"], in: folder)
      #expect(abs(found - (try optimum(in: folder))) < 1e-9)
    }
  }

  /// Powell's hybrid method, whose callback has none. It looks for a zero of the gradient, and finds the
  /// saddle from where a run begins; so it begins where Adam has come to in forty steps.
  @Test(.enabled(if: has("libminpack.so.1"), "needs Debian's libminpack1"))
  func minpackGoesTheRestOfTheWay() throws {
    try withTemporaryFolder { folder in
      let optimum = try optimum(in: folder)
      let start = try loss(
        ["adam", "--steps", "40", "--out", "start"], ["optimizer.learning-rate=0.02"], in: folder)
      #expect(start > optimum + 0.01)
      let found = try loss(
        [
          "minpack-hybrid", "--parameters", "start/checkpoints/step-00000040.safetensors", "--out",
          "rest",
        ], in: folder)
      #expect(abs(found - optimum) < 1e-9)
    }
  }

  /// A library that never returns: the limit, and Ctrl-C, which leaves a run that can go on.
  @Test(arguments: [(false, Int32(69)), (true, 75)])
  func aCallThatNeverReturns(_ stops: Bool, _ status: Int32) throws {
    try withTemporaryFolder { folder in
      func write(_ text: String, _ name: String) throws {
        try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
      }
      try write(
        """
        #include <stdio.h>
        #include <unistd.h>
        void stuck(void) { fclose(fopen("called", "w")); for (;;) pause(); }
        """, "stuck.c")
      let built = try Host.run(
        program: URL(filePath: "/usr/bin/env"),
        ["gcc", "-shared", "-fPIC", "stuck.c", "-o", "libstuck.so"], in: folder)
      try #require(built.status == 0, "\(built.errors)")
      try write(
        """
        {
          "foreign": 1, "name": "stuck", "version": "1.0.0", "license": "MIT",
          "libraries": ["\(folder.path)/libstuck.so"], "functions": ["void stuck(void)"],
          "components": [{
            "kind": "optimizer", "id": "stuck", "version": "1.0.0", "summary": "never returns",
            "steps": [{"call": "stuck", "arguments": {}}]
          }]
        }
        """, "stuck.foreign.json")
      let session = try Session(
        [
          "--model", "linear-attention", "--task", "ridge", "--optimizer", "./stuck.foreign.json",
          "--steps", "5", "--batch", "16", "--out", "run", "--call-limit", stops ? "60" : "1",
        ], in: folder)
      let called = folder.appending(path: "called").path
      #expect(session.wait { FileManager.default.fileExists(atPath: called) })
      if stops { session.send(SIGINT) }
      #expect(session.end() == status, "\(session.messages)")
      if !stops {
        #expect(
          session.messages.contains(
            "optimizer 'stuck': the worker process gave no answer for 1 s in call 1 of minimize, in "
              + "stuck of \(folder.path)/libstuck.so, item 0, and was ended. The seed was 0."),
          "\(session.messages)")
      }
    }
  }
}
