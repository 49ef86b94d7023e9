import Foundation
import ICLRecords
import Testing

@Suite struct CheckpointTests {
  private func checkpoint(_ step: Int) -> Checkpoint {
    Checkpoint(
      step: step, experiment: "e1", precision: "single",
      parameters: [
        .init(name: "layers.1.w", shape: [2], values: .float([Float(step), 0.5])),
        .init(name: "bias", shape: [], values: .float([0.25])),
      ],
      state: [
        .init(name: "0/layers.1.w", shape: [2], values: .float([1, 2])),
        .init(name: "1/bias", shape: [], values: .float([3])),
      ])
  }

  @Test func writtenListedAndRead() throws {
    try withTemporaryFolder { folder in
      let run = try RunDirectory(creating: folder.path)
      #expect(try run.checkpoints().isEmpty)
      for step in [200, 0, 123_456_789] { try run.write(checkpoint(step)) }
      try TextFile.write("", to: run.path(to: "checkpoints/step-1.safetensors"))
      try TextFile.write("", to: run.path(to: "checkpoints/best.safetensors"))
      let files = try run.checkpoints()
      #expect(files.map(\.step) == [0, 200, 123_456_789])
      #expect(files[1].path == run.path(to: "checkpoints/step-00000200.safetensors"))
      #expect(
        files[1].optimizerPath
          == run.path(to: "checkpoints/step-00000200.optimizer.safetensors"))
      for file in files {
        let read = try file.read()
        let written = checkpoint(file.step)
        #expect(read.step == written.step)
        #expect(read.experiment == "e1" && read.precision == "single")
        #expect(Set(read.parameters) == Set(written.parameters))
        #expect(Set(read.state) == Set(written.state))
      }
    }
  }

  /// Any byte of either file that is changed, and any length it is cut to, is noticed.
  @Test func everyDamageIsNoticed() throws {
    try withTemporaryFolder { folder in
      let run = try RunDirectory(creating: folder.path)
      let file = try run.write(checkpoint(7))
      let good = try file.read()
      for path in [file.path, file.optimizerPath] {
        let bytes = try Data(contentsOf: URL(filePath: path))
        for place in bytes.indices {
          for damaged in [bytes.prefix(place), flipped(bytes, at: place)] {
            try damaged.write(to: URL(filePath: path))
            let error = recordError { try #expect(file.read() == good) }
            // White space may change in the header of the file that carries its own digest.
            let isPadding = path == file.optimizerPath && bytes[place] == 0x20
            #expect(
              error.map { [.badData, .newerVersion].contains($0.code) } ?? isPadding,
              "byte \(place) of \(path)")
          }
        }
        try bytes.write(to: URL(filePath: path))
        #expect(try file.read() == good)
      }
    }
  }

  @Test func refusals() throws {
    try withTemporaryFolder { folder in
      let run = try RunDirectory(creating: folder.path)
      let file = try run.write(checkpoint(7))
      let other = try run.write(checkpoint(8))
      func error() -> String? { recordError { _ = try file.read() }?.description }
      let manager = FileManager.default

      // Parameters of another step.
      try manager.removeItem(atPath: file.path)
      try manager.copyItem(atPath: other.path, toPath: file.path)
      #expect(
        error()
          == "\(file.path): it is damaged: it does not have the digest in "
          + "step-00000007.optimizer.safetensors. Use another checkpoint of the run.")
      try manager.removeItem(atPath: file.optimizerPath)
      #expect(
        error() == "\(file.optimizerPath): cannot open it: No such file or directory")
      try manager.copyItem(atPath: other.optimizerPath, toPath: file.optimizerPath)
      #expect(
        error() == "\(file.optimizerPath): it is of step 8. Use another checkpoint of the run.")
      try TensorFile.write([], metadata: [:], to: file.optimizerPath)
      #expect(
        error()
          == "\(file.optimizerPath): it is not part of a checkpoint: its metadata has no "
          + "format_version. Use another checkpoint of the run.")
      try TensorFile.write([], metadata: ["format_version": "2"], to: file.optimizerPath)
      #expect(
        error()
          == "\(file.optimizerPath): it is a checkpoint of version 2, which a newer icl-host wrote; "
          + "this one reads versions up to 1. Use a newer icl-host.")
    }
  }

  private func flipped(_ bytes: Data, at place: Int) -> Data {
    var bytes = bytes
    bytes[place] ^= 0x01
    return bytes
  }
}
