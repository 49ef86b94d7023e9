import Foundation
import ICLRecords
import ICLTraining
import Testing

/// What a recorded run writes, and that one that was stopped ends like one that was not.
@Suite struct RunningTests {
  @Test func aRunWritesWhatItDoes() throws {
    try Running.inFolder { running in
      #expect(try running.session("run").outcome.isFinished)
      let directory = try RunDirectory(opening: running.path("run"))
      let records = try directory.metrics()
      func steps(_ kind: String) -> [Int] {
        records.filter { $0["kind"]?.string == kind }.compactMap { $0["step"]?.integer }
      }
      // Steps 0, 3, ..., 39, of which 39 is the last.
      #expect(steps("training") == Array(stride(from: 0, through: 39, by: 3)))
      #expect(steps("evaluation") == [0, 10, 20, 30, 40])
      #expect(try directory.checkpoints().map(\.step) == [8, 16, 24, 32, 40])
      let status = try directory.status()
      #expect(status.state == .finished && status.step == 40 && status.steps == 40)
      let manifest = try #require(try directory.manifest())
      #expect(manifest.model == "linear-attention" && manifest.task == "ridge")
      #expect(manifest.plugins.allSatisfy { $0.sha256.count == 64 })
      for file in ["experiment.yaml", "manifest.json", "log.txt", "metrics.csv"] {
        #expect(try !running.bytes("run/\(file)").isEmpty)
      }
      let events = try FileManager.default.contentsOfDirectory(atPath: running.path("run"))
        .filter { $0.hasPrefix("events.out.tfevents.") }
      #expect(events.count == 1)
    }
  }

  /// The file is what the run was: it runs again, to the same numbers.
  @Test func theRecordedExperimentIsTheRun() throws {
    try Running.inFolder { running in
      try running.session("run")
      let again = try RecordedRun(
        Experiment(file: running.path("run/experiment.yaml")), in: TestPlugins.catalog,
        at: RunDestination(folder: running.path("again")))
      #expect(try again.execute().isFinished)
      try running.expectSame("run", "again")
    }
  }

  /// Parameters, optimizer state and metrics, bit for bit, whatever the step and the threads.
  @Test(arguments: ["gradient-descent", "momentum", "adam"], ["single", "double"])
  func aStoppedRunEndsLikeOneThatWasNot(optimizer: String, precision: String) throws {
    try Running.inFolder { running in
      let settings = ["run.precision=\(precision)", "run.schedule=cosine", "run.warm-up=5"]
      try running.session("whole", optimizer: optimizer, settings + ["run.threads=1"])
      for (index, stops) in [[1], [8], [10, 19], [3, 16, 17, 39]].enumerated() {
        let name = "run-\(index)"
        for (number, stop) in stops.enumerated() {
          let stopped = try running.session(
            name, resumes: number > 0, stop: stop, optimizer: optimizer,
            settings + ["run.threads=\(number + 1)"])
          #expect(stopped.outcome.stoppedStep == stop)
          #expect(try RunDirectory(opening: running.path(name)).status().state == .stopped)
        }
        let last = try running.session(
          name, resumes: true, optimizer: optimizer, settings + ["run.threads=3"])
        #expect(last.outcome.isFinished && last.warnings == [])
        try running.expectSame("whole", name, "stops \(stops)")
      }
    }
  }

  @Test func fixedPromptsAreGoneOnWith() throws {
    try Running.inFolder { running in
      for settings in [["run.prompts=32"], ["run.prompts=96"]] {
        let name = settings[0]
        try running.session("whole \(name)", settings)
        try running.session(name, stop: 13, settings)
        try running.session(name, resumes: true, settings)
        try running.expectSame("whole \(name)", name)
      }
    }
  }

  /// Options of task and optimizer that change, also at the very step of the stop.
  @Test func scheduledOptionsAreGoneOnWith() throws {
    try Running.inFolder { running in
      let schedules = [
        "schedules.task.noise-variance={steps: [0, 15, 30], values: [0.1, 1, 0.2]}",
        "schedules.optimizer.learning-rate="
          + "{steps: [0, 20, 40], values: [0.01, 0.05, 0.001], interpolation: linear, every: 4}",
      ]
      try running.session("whole", schedules)
      try running.session("plain")
      let same = try running.bytes("whole/metrics.jsonl") == running.bytes("plain/metrics.jsonl")
      #expect(!same, "the schedules change nothing")
      for stop in [14, 15, 16, 22, 24, 31] {
        try running.session("run-\(stop)", stop: stop, schedules)
        try running.session("run-\(stop)", resumes: true, schedules)
        try running.expectSame("whole", "run-\(stop)")
      }
    }
  }

  /// A schedule that holds one value is no schedule at all, bit for bit.
  @Test func aConstantScheduleIsNone() throws {
    try Running.inFolder { running in
      try running.session("plain", ["optimizer.learning-rate=0.01"])
      try running.session(
        "scheduled", ["schedules.optimizer.learning-rate={steps: [0, 7], values: [0.01, 0.01]}"])
      try running.session(
        "renewed",
        [
          "schedules.optimizer.learning-rate={steps: [0, 7, 8], values: [0.01, 0.010, 0.01]}",
          "schedules.task.noise-variance={steps: [0, 5, 9], values: [0.25, 0.250, 0.25]}",
        ])
      let plain = try running.bytes("plain/checkpoints/step-00000040.safetensors")
      // The identity of the experiment is in the metadata; the values follow the header.
      for name in ["scheduled", "renewed"] {
        let other = try running.bytes("\(name)/checkpoints/step-00000040.safetensors")
        #expect(other.suffix(100) == plain.suffix(100), "\(name)")
        #expect(
          try running.bytes("\(name)/metrics.jsonl") == running.bytes("plain/metrics.jsonl"),
          "\(name)")
      }
    }
  }

  /// It asks for as many losses as it likes; nobody can go on from the middle, so it begins again.
  @Test func aDrivenRunBeginsAgain() throws {
    try Running.inFolder { running in
      func session(_ name: String, _ stop: Int?, resumes: Bool) throws -> RecordedRun.Outcome {
        try running.session(
          name, resumes: resumes, stop: stop, optimizer: TestPlugins.fixture("newton"),
          model: TestPlugins.fixture("constant"), task: TestPlugins.fixture("shift"),
          ["run.precision=double"]
        ).outcome
      }
      _ = try session("whole", nil, resumes: false)
      #expect(try session("run", 1, resumes: false).stoppedStep == 0)
      #expect(try session("run", nil, resumes: true).isFinished)
      #expect(try running.bytes("whole/metrics.jsonl") == running.bytes("run/metrics.jsonl"))
    }
  }

  @Test func aFinishedRunIsLeftAlone() throws {
    try Running.inFolder { running in
      try running.session("run")
      let before = try running.bytes("run/log.txt")
      for resumes in [true, false] {
        guard case .wasFinished(40) = try running.session("run", resumes: resumes).outcome else {
          Issue.record("it ran again")
          return
        }
      }
      #expect(try running.bytes("run/log.txt") == before)
    }
  }

  @Test func aModelWithoutParametersIsRecordedToo() throws {
    try Running.inFolder { running in
      #expect(
        try running.session("run", model: "ridge", ["evaluations.test.every=10"]).outcome
          .isFinished)
      let directory = try RunDirectory(opening: running.path("run"))
      #expect(try directory.metrics().map { $0["step"]?.integer } == [0])
      #expect(try directory.checkpoints().isEmpty)
    }
  }

  /// A wish to stop during an evaluation: it is done again, once.
  @Test func evaluationsAreStoppedToo() throws {
    try Running.inFolder { running in
      let settings = [
        "run.evaluation-prompts=10000", "task.dimension=2", "task.context-length=3",
      ]
      try running.session("whole", settings)
      for evaluation in 0..<5 {
        var settings = try Settings(Running.settings + settings)
        settings.set(.model, "component", "linear-attention")
        settings.set(.task, "component", "ridge")
        func session(resumes: Bool, stopping: Bool) throws -> RecordedRun.Outcome {
          var (count, last) = (-1, 0)
          let run = try RecordedRun(
            Experiment(overrides: settings), in: TestPlugins.catalog,
            at: RunDestination(folder: running.path("run-\(evaluation)"), resumes: resumes))
          return try run.execute(
            observe: {
              guard case .evaluating(let done, _) = $0 else { return }
              if done <= last || count < 0 { count += 1 }
              last = done
            }, shouldStop: { stopping && count == evaluation })
        }
        #expect(try session(resumes: false, stopping: true).stoppedStep == evaluation * 10)
        #expect(try session(resumes: true, stopping: false).isFinished)
        try running.expectSame("whole", "run-\(evaluation)")
      }
    }
  }
}
