import ICLPlugins
import Testing

/// Tasks that other programs can draw as well, and prompts of other tasks than those of the set.
@Suite struct TaskPoolTests {
  private let settings = ["pool": "split-mix", "noise-variance": "0", "context-length": "2"]

  private func draw(_ more: [String: String], prompts: Int = 400) throws -> TaskDraw {
    try TaskDraw(
      FirstParty.task("ridge", settings.merging(more) { $1 }), prompts: prompts)
  }

  /// arXiv 2501.17745, its specification: D = 8, seed 12345.
  @Test func firstTaskIsThePublishedOne() throws {
    let w = try draw(["tasks": "1", "dimension": "8"]).tensors["w"]!
    let first = [
      0.5625435186, 1.9279936268, 0.9228021975, 1.8429870754, -0.6061905462, 0.9957379931,
      -1.8615540099, 0.8552318789,
    ]
    #expect(zip(w[..<8], first).allSatisfy { abs($0 - $1) < 1e-9 })
    let square: Double = w[..<8].reduce(0) { $0 + $1 * $1 }
    #expect(abs(square / 8 - 1.7296932398) < 1e-9)
  }

  /// The same numbers in rows of three, by the test's own generator; nested, and for any seed.
  @Test(arguments: [12345, 99]) func tasksAreRowsOfOneSequence(seed: Int) throws {
    let normals = SplitMix.normals(seed: UInt64(seed), 36)
    for count in [5, 12] {
      let found = try draw(["tasks": "\(count)", "dimension": "3", "pool-seed": "\(seed)"])
      for (p, number) in found.tensors["task"]!.enumerated() {
        let w = found.tensors["w"]![p * 3..<p * 3 + 3]
        let row = normals[Int(number) * 3..<Int(number) * 3 + 3]
        #expect(zip(w, row).allSatisfy { abs($0 - $1) < 1e-12 })
      }
      #expect(Set(found.tensors["task"]!.map { Int($0) }) == Set(0..<count))
    }
  }

  /// V6's sets of D = 2 begin with other numbers than those of D = 3, so the row length counts.
  @Test func firstAndFreshTasks() throws {
    let first = try draw(["tasks": "64", "dimension": "3", "drawn": "first"])
    let root = SplitMix.normals(seed: 12345, 3)
    // The same for all prompts, so there is one of it.
    let w = first.tensors["w"]!
    #expect(w.count == 3)
    #expect(zip(w, root).allSatisfy { abs($0 - $1) < 1e-12 })
    #expect(first.oracleLosses.allSatisfy { $0 < 1e-20 })
    #expect(first.tensors["task"] == nil)
    // Without a set it is the first of the sequence as well.
    let infinite = try draw(["tasks": "0", "dimension": "3", "drawn": "first"])
    #expect(infinite.tensors["w"]! == first.tensors["w"]!)
    let fresh = try draw(["tasks": "2", "dimension": "3", "drawn": "fresh"])
    let tasks = Set((0..<400).map { fresh.tensors["w"]![$0 * 3] })
    #expect(tasks.count == 400)
    // Inputs do not depend on which tasks are drawn.
    #expect(fresh.tensors["x"]! == first.tensors["x"]!)
  }

  /// dMMSE knows the set also where prompts are not drawn from it; what is best there is ridge.
  @Test func predictorsKnowTheSetAnyway() throws {
    let task = try FirstParty.task(
      "ridge",
      [
        "pool": "split-mix", "tasks": "4", "dimension": "3", "context-length": "7",
        "noise-variance": "0.125", "drawn": "fresh",
      ])
    let draw = try TaskDraw(task, model: FirstParty.model("dmmse"), prompts: 4000)
    let best = mean((0..<4000).map { draw.oracleLosses[$0 * 8 + 7] })
    #expect((best.value - 0.2364).magnitude < 5 * best.error)
    #expect(mean(draw.losses).value > 2)
  }

  @Test func impossibleDrawsAreRefused() {
    #expect {
      try FirstParty.task("ridge", ["drawn": "first", "in-context-fraction": "0.5"])
        .declareNothing()
    } throws: { "\($0)".contains("drawn=set or fresh") }
  }
}

extension TaskInstance {
  fileprivate func declareNothing() throws { _ = try TaskDraw(self, prompts: 1) }
}
