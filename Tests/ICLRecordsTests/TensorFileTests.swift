import Foundation
import ICLRecords
import Testing

@Suite struct TensorFileTests {
  private let tensors: [TensorFile.Tensor] = [
    .init(name: "layers.1.w", shape: [2, 3], values: .float([1, -0.0, .infinity, 1e-45, 3, 0.1])),
    .init(name: "scalar", shape: [], values: .double([0.1])),
    .init(name: "none", shape: [0, 4], values: .float([])),
    .init(name: "count \"π\"", shape: [2], values: .integer([-1, .max])),
    .init(name: "seed", shape: [1], values: .unsigned([.max])),
  ]

  @Test func readBack() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "x.safetensors").path
      try TensorFile.write(tensors, metadata: ["step": "10", "a": "\n"], to: path)
      let file = try TensorFile(reading: path)
      #expect(file.metadata == ["step": "10", "a": "\n"])
      #expect(file.tensors.count == tensors.count)
      for tensor in tensors { #expect(file[tensor.name] == tensor) }
      #expect(file["layers.1.w"]?.values.doubles.map(\.sign)[1] == .minus)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 1)
      // Whatever the order, the same bytes.
      let other = folder.appending(path: "y.safetensors").path
      try TensorFile.write(tensors.reversed(), metadata: ["a": "\n", "step": "10"], to: other)
      #expect(try Digest.sha256(ofFile: path) == Digest.sha256(ofFile: other))
    }
  }

  @Test func noTensorsAtAll() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "x.safetensors").path
      try TensorFile.write([], metadata: [:], to: path)
      #expect(try TensorFile(reading: path).tensors.isEmpty)
    }
  }

  @Test func whatCannotBeWritten() throws {
    func message(_ tensors: [TensorFile.Tensor]) -> String? {
      recordError { try TensorFile.write(tensors, metadata: [:], to: "/nowhere/x") }?.message
    }
    let w = TensorFile.Tensor(name: "w", shape: [1], values: .float([1]))
    #expect(message([w, w]) == "cannot write it: the tensor w is there twice")
    #expect(
      message([.init(name: "w", shape: [2], values: .float([1]))])
        == "cannot write it: the tensor w has 1 values, and its shape is [2]")
    #expect(message([w]) == "cannot create it: No such file or directory")
  }

  /// A file by hand, of a header and a number of bytes of values.
  private func message(_ header: String, values: Int = 8) throws -> String {
    var bytes = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) }
    bytes += Data(header.utf8) + Data(count: values)
    return try message(bytes)
  }

  private func message(_ bytes: Data) throws -> String {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "x.safetensors")
      try bytes.write(to: file)
      guard let error = recordError({ _ = try TensorFile(reading: file.path) }) else {
        return "read"
      }
      #expect(error.code == .badData)
      let start = "it is not a safetensors file: "
      #expect(error.message.hasPrefix(start))
      return String(error.message.dropFirst(start.count))
    }
  }

  @Test func everyRefusal() throws {
    let good = #"{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#
    #expect(try message(good) == "read")
    #expect(try message(good + "    ") == "read")
    #expect(
      try message(Data([1, 2, 3])) == "it has 3 bytes, and the length of the header alone takes 8")
    #expect(
      try message(Data(repeating: 0xFF, count: 16))
        == "its header claims 18446744073709551615 bytes, and 100000000 are allowed")
    #expect(
      try message(Data([9, 0, 0, 0, 0, 0, 0, 0]) + Data("{}".utf8))
        == "it is cut off: its header claims 9 bytes, and 2 follow")
    #expect(try message("[]") == "its header does not start with {")
    #expect(try message("") == "its header does not start with {")
    #expect(
      try message("{\"w\":}") == "its header is damaged: at byte 13 a value is expected")
    #expect(
      try message(#"{"w":1,"w":2}"#)
        == "its header is damaged: at byte 15 the key \"w\" is there twice")
    #expect(
      try message(#"{"__metadata__":3}"#) == "its __metadata__ is not an object of texts")
    #expect(
      try message(#"{"__metadata__":{"step":3}}"#)
        == "its __metadata__ has step, which is not a text")
    #expect(
      try message(#"{"w":{"dtype":"F32","shape":[2]}}"#)
        == "the tensor w is not described by dtype, shape and data_offsets")
    #expect(
      try message(#"{"w":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]}}"#)
        == "the tensor w has dtype F8_E4M3; known here are F64, F32, I64, U64, F16, BF16, I32, I16, "
        + "I8, U32, U16, U8, BOOL")
    #expect(
      try message(#"{"w":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#)
        == "the tensor w has a shape that is not a list of sizes")
    #expect(
      try message(#"{"w":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#)
        == "the tensor w has data_offsets that are not two places in order")
    #expect(
      try message(#"{"w":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#)
        == "the tensor w of F32 with shape [3] takes 12 bytes, and its data_offsets span 8")
    #expect(
      try message(
        #"{"w":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}"#)
        == "the tensor w of F32 with shape [4611686018427387904, 4] takes too many bytes, and its "
        + "data_offsets span 8")
    let gap = #"{"v":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"#
    #expect(
      try message(gap + #""w":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}"#)
        == "the tensor w starts at byte 4 of the values, and those before it end at 2")
    #expect(
      try message(gap + #""w":{"dtype":"U8","shape":[7],"data_offsets":[1,8]}}"#)
        == "the tensor w starts at byte 1 of the values, and those before it end at 2")
    #expect(
      try message(good, values: 7)
        == "it is cut off: its tensors take 8 bytes, and 7 follow the header")
    #expect(
      try message(good, values: 9) == "its tensors take 8 bytes, and 9 follow the header")
  }

  /// A file cut off anywhere is refused; a byte changed anywhere never reads as the same file.
  @Test func everyByteCounts() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "x.safetensors")
      try TensorFile.write(tensors, metadata: ["step": "10"], to: file.path)
      let whole = try TensorFile(reading: file.path)
      let bytes = try Data(contentsOf: file)
      for length in 0..<bytes.count {
        try bytes.prefix(length).write(to: file)
        #expect(recordError { _ = try TensorFile(reading: file.path) }?.code == .badData)
      }
      let header = Int(bytes[0]) | Int(bytes[1]) << 8
      let padding = bytes[8..<(8 + header)].reversed().prefix { $0 == 0x20 }.count
      for place in bytes.indices where !(8 + header - padding..<8 + header).contains(place) {
        for bit in [UInt8(1), 0x20, 0x80] {
          var changed = bytes
          changed[place] ^= bit
          try changed.write(to: file)
          if let read = try? TensorFile(reading: file.path) { #expect(read != whole) }
        }
      }
    }
  }
}
