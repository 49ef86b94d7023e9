import Foundation
import Testing

/// A run's numbers follow from its seed and its backend, and from nothing else.
@Suite struct ReproducibilityTests {
  static let job = [
    "--model", "linear-attention", "--task", "ridge", "--steps", "200", "--json", "--set",
    "run.evaluation-prompts=5000",
  ]

  /// All of the document but how long it took and on how many threads; reals are written exactly.
  private func document(_ arguments: [String]) throws -> String {
    let answer = try Host.run(Self.job + arguments)
    #expect(answer.status == 0, "\(answer.errors)")
    var document = try answer.document()
    for key in ["seconds", "steps_per_second", "threads"] {
      #expect(document.removeValue(forKey: key) != nil)
    }
    let data = try JSONSerialization.data(withJSONObject: document, options: .sortedKeys)
    return String(decoding: data, as: UTF8.self)
  }

  @Test(arguments: ["single", "double"])
  func threadsChangeNoBit(precision: String) throws {
    let one = try document(["--precision", precision, "--threads", "1"])
    for threads in ["2", "3", "7"] {
      #expect(try document(["--precision", precision, "--threads", threads]) == one)
    }
    #expect(try document(["--precision", precision, "--seed", "1"]) != one)
  }

  /// Each backend does the same work, up to rounding; one that this processor lacks is refused.
  @Test func everyBackendRuns() throws {
    var losses: [Double] = []
    for backend in ["baseline", "avx2", "avx512"] {
      let answer = try Host.run(Self.job + ["--backend", backend])
      if answer.status == 78 {
        #expect(answer.errors.contains("this processor cannot run '\(backend)'."))
        #expect(backend != "baseline")
        continue
      }
      let document = try answer.document()
      #expect(document["backend"] as? String == backend)
      losses.append(try #require(document["loss"] as? Double))
    }
    #expect(losses.allSatisfy { abs($0 - losses[0]) < 1e-3 * losses[0] }, "\(losses)")
  }
}
