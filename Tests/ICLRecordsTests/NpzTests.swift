import Foundation
import ICLRecords
import Testing

@Suite struct NpzTests {
  /// Published check value of CRC-32/ISO-HDLC, at every alignment of the eight-byte steps.
  @Test func checksumHasItsCheckValue() {
    for split in 0...9 {
      var checksum = CRC32()
      let text = Array("123456789".utf8)
      text[..<split].withUnsafeBytes { checksum.update($0) }
      text[split...].withUnsafeBytes { checksum.update($0) }
      #expect(checksum.value == 0xCBF4_3926)
    }
    var long = CRC32()
    [UInt8](repeating: 0, count: 32).withUnsafeBytes { long.update($0) }
    #expect(long.value == 0x190A_55AD)
  }

  /// Published check value of CRC-32C (RFC 3720, appendix B.4: 32 zero bytes).
  @Test func castagnoliHasItsCheckValue() {
    var checksum = CRC32(.castagnoli)
    Array("123456789".utf8).withUnsafeBytes { checksum.update($0) }
    #expect(checksum.value == 0xE306_9283)
    var zeros = CRC32(.castagnoli)
    [UInt8](repeating: 0, count: 32).withUnsafeBytes { zeros.update($0) }
    #expect(zeros.value == 0x8A91_36AA)
  }

  @Test func readsWhatNumPyWrote() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "numpy.npz")
      try #require(Data(base64Encoded: numpyArchive, options: .ignoreUnknownCharacters))
        .write(to: file)
      let archive = try NpzReader(path: file.path)
      #expect(archive.names == ["w", "s", "f", "empty"])
      #expect(
        try archive.array("w")
          == NpzArray(
            header: NpyHeader(element: .double, shape: [1, 3]), values: [1.5, -2.25, 3e-300]))
      #expect(
        try archive.array("s")
          == NpzArray(header: NpyHeader(element: .double, shape: []), values: [0.1]))
      #expect(
        try archive.array("f")
          == NpzArray(
            header: NpyHeader(element: .single, shape: [3]), values: [1, 2, Double(Float(0.1))]))
      #expect(try archive.array("empty").header.shape == [0, 3])
    }
  }

  @Test(arguments: [false, true])
  func writtenInTurnsAndReadBack(alwaysWide: Bool) throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "x.npz").path
      let writer = try NpzWriter(
        path: path,
        members: [
          .init(name: "x", shape: [4, 1, 3]), .init(name: "scalar", shape: []),
          .init(name: "f", element: .single, shape: [2]), .init(name: "none", shape: [0]),
        ], alwaysWide: alwaysWide)
      let x = (0..<12).map { Double($0) / 7 }
      try writer.append(Array(x[..<5]), to: 0)
      try writer.append([0.1, 3], to: 2)
      try writer.append([-0.0], to: 1)
      try writer.append(Array(x[5...]), to: 0)
      #expect(!FileManager.default.fileExists(atPath: path))
      try writer.finish()
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["x.npz"])

      let archive = try NpzReader(path: path)
      #expect(archive.names == ["x", "scalar", "f", "none"])
      #expect(try archive.array("x").values == x)
      #expect(try archive.array("scalar").values.first?.sign == .minus)
      #expect(try archive.array("f").values == [Double(Float(0.1)), 3])
    }
  }

  @Test(.enabled(if: hasNumPy), arguments: [false, true])
  func numPyReadsWhatWeWrote(alwaysWide: Bool) throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "x.npz").path
      let writer = try NpzWriter(
        path: path,
        members: [
          .init(name: "x", shape: [2, 3]), .init(name: "f", element: .single, shape: [1]),
          .init(name: "s", shape: []),
        ], alwaysWide: alwaysWide)
      try writer.append([1, 2, 3, 4, 5, 1 / 3], to: 0)
      try writer.append([0.1], to: 1)
      try writer.append([1e300], to: 2)
      try writer.finish()
      let script = """
        import numpy as np, zipfile
        a = np.load("\(path)")
        assert zipfile.ZipFile("\(path)").testzip() is None
        assert a.files == ["x", "f", "s"], a.files
        assert a["x"].shape == (2, 3) and a["x"].dtype == np.float64
        assert (a["x"] == np.array([[1, 2, 3], [4, 5, 1 / 3]])).all()
        assert a["f"].dtype == np.float32 and a["f"][0] == np.float32(0.1)
        assert a["s"].shape == () and a["s"] == 1e300
        """
      #expect(python(script) == 0)
    }
  }

  @Test func damageIsNamed() throws {
    try withTemporaryFolder { folder in
      let good = try #require(
        Data(base64Encoded: numpyArchive, options: .ignoreUnknownCharacters))
      let path = folder.appending(path: "bad.npz").path
      func message(_ data: Data) throws -> String {
        try data.write(to: URL(filePath: path))
        do {
          _ = try NpzReader(path: path)
          return "read"
        } catch { return error.message }
      }
      var flipped = good
      flipped[170] ^= 1
      #expect(try message(flipped) == "w.npy is damaged: its checksum does not match")
      #expect(try message(good.prefix(300)) == "it is not a ZIP archive")
      #expect(try message(Data()) == "it is not a ZIP archive")
      #expect(try message(Self.farMember) == "its directory is damaged")
      #expect(
        throws: RecordError(
          .missing, path: "/nowhere/x.npz", message: "cannot open it: No such file or directory")
      ) { try NpzReader(path: "/nowhere/x.npz") }
      #expect(
        throws: RecordError(
          .cannotCreate, path: "/nowhere/x.npz",
          message: "cannot create it: No such file or directory")
      ) { try NpzWriter(path: "/nowhere/x.npz", members: []) }
    }
  }

  /// One member whose local header is 5 bytes below 2^63, by its ZIP64 record.
  private static var farMember: Data {
    func bytes(_ value: UInt64, _ width: Int) -> [UInt8] {
      (0..<width).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
    }
    var directory = bytes(0x0201_4B50, 4) + [UInt8](repeating: 0, count: 24)
    directory += bytes(5, 2) + bytes(12, 2) + [UInt8](repeating: 0, count: 10)
    directory += bytes(0xFFFF_FFFF, 4) + Array("x.npy".utf8)
    directory += bytes(1, 2) + bytes(8, 2) + bytes(UInt64(Int64.max) - 5, 8)
    var end = bytes(0x0605_4B50, 4) + bytes(0, 4) + bytes(1, 2) + bytes(1, 2)
    end += bytes(UInt64(directory.count), 4) + bytes(0, 4) + bytes(0, 2)
    return Data(directory + end)
  }

  @Test func countsOfValuesAreChecked() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "x.npz").path
      let writer = try NpzWriter(path: path, members: [.init(name: "x", shape: [2])])
      #expect(throws: RecordError.self) { try writer.append([1, 2, 3], to: 0) }
      try writer.append([1], to: 0)
      #expect(throws: RecordError.self) { try writer.finish() }
    }
  }
}

private func python(_ script: String) -> Int32? {
  let process = Process()
  process.executableURL = URL(filePath: "/usr/bin/env")
  process.arguments = ["python3", "-c", script]
  process.standardError = FileHandle.nullDevice
  do { try process.run() } catch { return nil }
  process.waitUntilExit()
  return process.terminationStatus
}

private let hasNumPy = python("import numpy") == 0
