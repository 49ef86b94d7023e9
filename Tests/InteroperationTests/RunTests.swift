import Foundation
import ICLRecords
import Testing

@Suite(.enabled(if: Readers.python != nil, Readers.reason)) struct RunTests {
  private let evaluation: JSON = [
    "kind": "evaluation", "step": 300, "name": "test", "prompts": 8, "loss": 0.5,
    "loss_by_context_length": [1.0, 0.25], "first_context_length": 0,
    "values": [
      [
        "metric": "m", "name": "w", "axes": ["row", "column"], "first_index": 0, "shape": [1, 2],
        "values": ["NaN", "-Infinity"], "standard_errors": nil,
      ]
    ],
  ]

  private func training(_ step: Int, _ loss: Double) -> JSON {
    ["kind": "training", "step": .integer(step), "loss": .real(loss)]
  }

  @Test func tensorBoardReadsEvents() throws {
    try withTemporaryFolder { folder in
      let writer = try EventWriter(folder: folder.path)
      try writer.add(training(1, 0.1), time: 1_700_000_000.5)
      try writer.add(evaluation, time: 1_700_000_001)
      try writer.add(step: 5_000_000_000, [("other/tag", .nan)], time: 1_700_000_002)
      let read = try Readers.run("read_events.py", folder.path)
      let tags = read.members?.map(\.key).sorted()
      #expect(
        tags == [
          "other/tag", "test/loss", "test/loss_by_context_length[0]",
          "test/loss_by_context_length[1]", "test/m.w[0,0]", "test/m.w[0,1]", "training/loss",
        ])
      let loss = read["training/loss"]?.elements?.first?.reals
      #expect(loss == [1, Double(Float(0.1)), 1_700_000_000.5])
      #expect(
        read["test/loss_by_context_length[1]"]?.elements?.first?.reals
          == [300, 0.25, 1_700_000_001])
      #expect(read["test/m.w[0,1]"]?.elements?.first?.reals?[1] == -.infinity)
      #expect(read["other/tag"]?.elements?.first?.reals?[0] == 5_000_000_000)
      #expect(read["other/tag"]?.elements?.first?.reals?[1].isNaN == true)
    }
  }

  /// Steps beyond the checkpoint that a run goes on from are not shown twice.
  @Test func tensorBoardForgetsWhatAResumeRepeats() throws {
    try withTemporaryFolder { folder in
      var writer = try EventWriter(folder: folder.path)
      for step in 1...10 { try writer.add(training(step, 1)) }
      writer = try EventWriter(folder: folder.path, resumingAfter: 6)
      for step in 7...8 { try writer.add(training(step, 2)) }
      let read = try Readers.run("read_events.py", folder.path)
      let events = try #require(read["training/loss"]?.elements?.compactMap(\.reals))
      #expect(events.map { $0[0] } == [1, 2, 3, 4, 5, 6, 7, 8])
      #expect(events.map { $0[1] } == [1, 1, 1, 1, 1, 1, 2, 2])
    }
  }

  @Test func pandasReadsTablesAndRecords() throws {
    try withTemporaryFolder { folder in
      let run = try RunDirectory(creating: folder.path)
      try run.append(metrics: training(0, .infinity))
      try run.append(metrics: training(300, 0.1))
      try run.append(metrics: evaluation)
      try run.writeTable()
      let table = try Readers.run("read_table.py", run.path(to: "metrics.csv"))
      #expect(
        table["columns"]?.elements?.compactMap(\.string) == [
          "step", "training.loss", "test.loss", "test.loss_by_context_length[0]",
          "test.loss_by_context_length[1]", "test.m.w[0,0]", "test.m.w[0,1]",
        ])
      #expect(
        table["types"]?.elements?.compactMap(\.string).prefix(3) == ["int64", "float64", "float64"])
      let rows = try #require(table["rows"]?.elements)
      #expect(rows[0].elements?[1].real == .infinity)
      #expect(rows[0].elements?[2] == .null)
      #expect(rows[1].elements?[1].real == 0.1)
      #expect(rows[1].elements?[6].real == -.infinity)

      let records = try Readers.run("read_metrics.py", run.path(to: "metrics.jsonl"))
      #expect(records["steps"]?.reals == [0, 300, 300])
      #expect(records["losses"]?.reals == [.infinity, 0.1, 0.5])
    }
  }

  @Test func sqliteReadsTheIndex() throws {
    try withTemporaryFolder { folder in
      let run = try RunDirectory(creating: folder.appending(path: "a").path)
      var manifest = RunManifest()
      (manifest.model, manifest.task) = ("mamba", "ridge")
      manifest.options = [
        .init(owner: "model", name: "layers", value: 2, origin: "default"),
        .init(owner: "task", name: "noise", value: 0.25, origin: "a.yaml:3"),
        .init(owner: "task", name: "scales", value: [1.0, 2.0], origin: "default"),
      ]
      try run.write(manifest)
      try run.append(metrics: evaluation)
      try run.write(RunStatus(.finished, step: 300, steps: 300))
      try RunIndex(folder: folder.path).update(run)
      let read = try Readers.run("read_index.py", "\(folder.path)/\(RunIndex.fileName)")
      let row = try #require(read["runs"]?.elements?.first?.elements)
      #expect(row.prefix(7) == ["a", "a", "finished", 300, 300, "mamba", "ridge"])
      #expect(
        read["options"]?.elements == [
          ["a", "model", "layers", 2, "default"],
          ["a", "task", "noise", 0.25, "a.yaml:3"],
          ["a", "task", "scales", "[1.0,2.0]", "default"],
        ])
      #expect(
        read["final_values"]?.elements == [
          ["a", "test.loss", 300, 0.5], ["a", "test.loss_by_context_length[0]", 300, 1.0],
          ["a", "test.loss_by_context_length[1]", 300, 0.25],
          ["a", "test.m.w[0,0]", 300, nil], ["a", "test.m.w[0,1]", 300, .text("-Infinity")],
        ])
    }
  }
}
