import Foundation
import ICLRecords
import Testing

@Suite struct MetricsTests {
  private func record(_ step: Int, _ loss: Double) -> JSON {
    ["kind": "training", "step": .integer(step), "loss": .real(loss)]
  }

  @Test func appendedLineByLine() throws {
    try withTemporaryFolder { folder in
      let run = try RunDirectory(creating: folder.path)
      #expect(try run.metrics().isEmpty)
      try run.append(metrics: record(1, 0.5))
      let file = try run.metricsFile()
      try file.append(record(2, .nan).compact)
      try file.synchronize()
      #expect(
        try TextFile.read(run.path(to: "metrics.jsonl"))
          == #"{"kind":"training","step":1,"loss":0.5}"# + "\n"
          + #"{"kind":"training","step":2,"loss":"NaN"}"# + "\n")
      let read = try run.metrics()
      #expect(read[0] == record(1, 0.5))
      #expect(try #require(read[1]["loss"]?.real).isNaN)
    }
  }

  /// A process that was killed at any byte of the last line.
  @Test func aTornLineIsDropped() throws {
    try withTemporaryFolder { folder in
      let run = try RunDirectory(creating: folder.path)
      let whole = record(1, 0.5).compact + "\n"
      let torn = record(2, 0.25).compact + "\n"
      for length in 0..<torn.count {
        try TextFile.write(whole + torn.prefix(length), to: run.path(to: "metrics.jsonl"))
        #expect(try run.metrics() == [record(1, 0.5)])
        try run.append(metrics: record(3, 0.125))
        #expect(try run.metrics() == [record(1, 0.5), record(3, 0.125)])
      }
    }
  }

  @Test func truncatedBeforeAResume() throws {
    try withTemporaryFolder { folder in
      let run = try RunDirectory(creating: folder.path)
      let path = run.path(to: "metrics.jsonl")
      let kept = "{\"step\": 1,  \"loss\": 0.10}\n{\"step\":10,\"name\":\"test\"}\n"
      try TextFile.write(kept + "{\"step\":11}\n{\"step\":20}\n{\"step\":2", to: path)
      try run.truncateMetrics(afterStep: 10)
      #expect(try TextFile.read(path) == kept)
      try run.truncateMetrics(afterStep: 10)
      #expect(try TextFile.read(path) == kept)
    }
  }

  @Test func damageInTheMiddleIsNamed() throws {
    try withTemporaryFolder { folder in
      let run = try RunDirectory(creating: folder.path)
      let path = run.path(to: "metrics.jsonl")
      try TextFile.write("{\"step\":1}\n{\"step\":\u{1}}\n{\"step\":3}\n", to: path)
      #expect(
        recordError { _ = try run.metrics() }?.description
          == "\(path):2: it is not JSON: at byte 8 of the line a value is expected. "
          + "Remove the line, or resume from a checkpoint before it.")
    }
  }

  /// A full disk, as /dev/full plays it: the error says so, and what was there stays.
  @Test func aFullDiskIsAnError() throws {
    try withTemporaryFolder { folder in
      let run = try RunDirectory(creating: folder.path)
      let before = try run.status()
      for name in ["metrics.jsonl", "status.\(getpid()).partial"] {
        try FileManager.default.createSymbolicLink(
          atPath: run.path(to: name), withDestinationPath: "/dev/full")
      }
      #expect(
        recordError { try run.append(metrics: record(1, 0.5)) }
          == RecordError(
            .cannotWrite, path: run.path(to: "metrics.jsonl"),
            message: "cannot write to it: No space left on device"))
      #expect(
        recordError { try run.write(RunStatus(.failed, step: 1, steps: 1)) }
          == RecordError(
            .cannotWrite, path: run.path(to: "status"),
            message: "cannot write to it: No space left on device"))
      #expect(try run.status() == before)
    }
  }

  /// Columns are series, elements have their indices, what was not measured is empty.
  @Test func tableOfAllSteps() throws {
    try withTemporaryFolder { folder in
      let run = try RunDirectory(creating: folder.path)
      try run.append(metrics: evaluation)
      try run.append(metrics: record(0, .infinity))
      try run.append(metrics: record(10, 0.5))
      try run.writeTable()
      #expect(
        try TextFile.read(run.path(to: "metrics.csv")) == """
          step,test.loss,test.standard_error,test.loss_by_context_length[1],\
          test.loss_by_context_length[2],test.m.slope,test.m.slope.standard_error,\
          "test.m.w[3,0]","test.m.w[3,1]","test.m.w[4,0]","test.m.w[4,1]",training.loss
          0,0.5,0.125,1.0,0.25,NaN,0.5,1.0,2.0,3.0,4.0,inf
          10,,,,,,,,,,,0.5

          """)
    }
  }

  private let evaluation: JSON = [
    "kind": "evaluation", "step": 0, "name": "test", "prompts": 8, "loss": 0.5,
    "standard_error": 0.125, "oracle_loss": nil, "loss_by_context_length": [1.0, 0.25],
    "oracle_loss_by_context_length": nil, "first_context_length": 1,
    "values": [
      [
        "metric": "m", "name": "slope", "axes": [], "first_index": 0, "shape": [],
        "values": ["NaN"], "standard_errors": [0.5],
      ],
      [
        "metric": "m", "name": "w", "axes": ["row", "column"], "first_index": 3, "shape": [2, 2],
        "values": [1.0, 2.0, 3.0, 4.0], "standard_errors": nil,
      ],
    ],
  ]
}
