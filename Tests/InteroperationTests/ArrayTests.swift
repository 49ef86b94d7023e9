import Foundation
import ICLRecords
import Testing

@Suite(.enabled(if: Readers.python != nil, Readers.reason)) struct ArrayTests {
  @Test(arguments: [false, true])
  func numPyReadsArchives(alwaysWide: Bool) throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "x.npz").path
      let writer = try NpzWriter(
        path: path,
        members: [
          .init(name: "x", shape: [2, 3]), .init(name: "layers.1.f", element: .single, shape: [1]),
          .init(name: "s", shape: []),
        ], alwaysWide: alwaysWide)
      try writer.append([1, 2, 3, -0.0, .infinity, 1.0 / 3], to: 0)
      try writer.append([0.1], to: 1)
      try writer.append([1e300], to: 2)
      try writer.finish()
      let read = try Readers.run("read_npz.py", path)
      #expect(read["x"]?["dtype"]?.string == "float64")
      #expect(read["x"]?["shape"]?.reals == [2, 3])
      #expect(read["x"]?["values"]?.reals == [1, 2, 3, -0.0, .infinity, 1.0 / 3])
      #expect(read["layers.1.f"]?["dtype"]?.string == "float32")
      #expect(read["layers.1.f"]?["values"]?.reals == [Double(Float(0.1))])
      #expect(read["s"]?["shape"]?.reals == [])
      #expect(read["s"]?["values"]?.reals == [1e300])
    }
  }

  @Test func pythonReadsTensors() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "x.safetensors").path
      try TensorFile.write(
        [
          .init(name: "layers.1.w", shape: [2, 2], values: .float([1, 0.1, -.infinity, 1e-45])),
          .init(name: "scalar \"π\"", shape: [], values: .double([1.0 / 3])),
          .init(name: "none", shape: [0, 2], values: .float([])),
          .init(name: "steps", shape: [1], values: .integer([.min])),
          .init(name: "seed", shape: [1], values: .unsigned([1 << 53])),
        ], metadata: ["step": "10", "note": "a\nb"], to: path)
      let read = try Readers.run("read_tensors.py", path)
      #expect(read["metadata"]?["step"]?.string == "10")
      #expect(read["metadata"]?["note"]?.string == "a\nb")
      let tensors = try #require(read["tensors"])
      #expect(tensors.members?.count == 5)
      let w = try #require(tensors["layers.1.w"])
      #expect(w["dtype"]?.string == "float32")
      #expect(w["shape"]?.reals == [2, 2])
      #expect(
        w["values"]?.reals
          == [1, Double(Float(0.1)), -.infinity, Double(Float(1e-45))])
      #expect(tensors["scalar \"π\""]?["values"]?.reals == [1.0 / 3])
      #expect(tensors["scalar \"π\""]?["shape"]?.reals == [])
      #expect(tensors["none"]?["shape"]?.reals == [0, 2])
      #expect(tensors["steps"]?["values"]?.elements == [.integer(.min)])
      #expect(tensors["seed"]?["dtype"]?.string == "uint64")
      #expect(tensors["seed"]?["values"]?.elements == [.integer(1 << 53)])
    }
  }

  @Test func pythonReadsCheckpoints() throws {
    try withTemporaryFolder { folder in
      let run = try RunDirectory(creating: folder.path)
      let file = try run.write(
        Checkpoint(
          step: 12, experiment: "e", precision: "double",
          parameters: [.init(name: "w", shape: [2], values: .double([0.1, 2]))],
          state: [.init(name: "0/w", shape: [2], values: .double([3, 4]))]))
      let parameters = try Readers.run("read_tensors.py", file.path)
      #expect(parameters["tensors"]?["w"]?["values"]?.reals == [0.1, 2])
      let state = try Readers.run("read_tensors.py", file.optimizerPath)
      #expect(state["tensors"]?["0/w"]?["values"]?.reals == [3, 4])
      #expect(state["metadata"]?["step"]?.string == "12")
      #expect(
        state["metadata"]?["parameters_sha256"]?.string == (try Digest.sha256(ofFile: file.path)))
    }
  }

  @Test func tensorsOfPythonAreRead() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "x.safetensors").path
      try Readers.run("write_tensors.py", path)
      let file = try TensorFile(reading: path)
      #expect(file.metadata == ["format": "np", "note": "π \"\n"])
      #expect(file.tensors.count == 11)
      func values(_ name: String) -> TensorFile.Values? { file[name]?.values }
      #expect(values("layers.1.w") == .float([1, -0.0, .infinity, 1e-45, 3, 0.1]))
      #expect(file["layers.1.w"]?.shape == [2, 3])
      #expect(values("double") == .double([0.1]))
      #expect(file["double"]?.shape == [])
      // 0.1 and 6e-8 to the nearest numbers of 16 bits: 1638 / 2^14 and 2^-24.
      #expect(values("half") == .float([1638.0 / 16384, -65504, 0x1p-24, .infinity]))
      #expect(values("integer") == .integer([-1, .max]))
      #expect(values("unsigned") == .unsigned([.max]))
      #expect(values("small") == .integer([-128, 127]))
      #expect(values("short") == .integer([-300]))
      #expect(values("int") == .integer([-70000]))
      #expect(values("bytes") == .unsigned([255, 0, 1]))
      #expect(values("flags") == .unsigned([1, 0]))
      #expect(file["none"]?.shape == [0, 4])
      try Readers.run("write_brain.py", path)
      #expect(
        try TensorFile(reading: path).tensors
          == [.init(name: "brain", shape: [3], values: .float([1, -1.5, .infinity]))])
    }
  }

  /// The same tensors give the same bytes in both languages.
  @Test func filesAreThoseOfPython() throws {
    try withTemporaryFolder { folder in
      let theirs = folder.appending(path: "theirs.safetensors")
      let ours = folder.appending(path: "ours.safetensors")
      try Readers.run("write_tensors.py", theirs.path, "--plain")
      try TensorFile.write(
        TensorFile(reading: theirs.path).tensors.shuffled(), metadata: [:], to: ours.path)
      #expect(try Data(contentsOf: ours) == Data(contentsOf: theirs))
    }
  }
}
