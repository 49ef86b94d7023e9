internal import CICL
internal import ICLPlugins

extension Trial {
  /// Values that a plugin may read and not change.
  func input<Element: BitwiseCopyable>(_ name: String, _ values: [Element]) -> GuardedBuffer {
    let buffer = buffer(name, bytes: values.count * MemoryLayout<Element>.stride)
    buffer.fill(values)
    return buffer
  }

  /// Room for values that a plugin writes, filled with the layout's poison.
  func output<Scalar: BinaryFloatingPoint & BitwiseCopyable>(
    _ name: String, _ count: Int, as type: Scalar.Type = Scalar.self
  ) -> GuardedBuffer {
    input(name, [Scalar](repeating: Scalar(layout.poison), count: count))
  }

  func text(_ text: String) -> UnsafePointer<CChar> {
    self.text(bytes: Array(text.utf8))
  }

  /// Bytes that need not be UTF-8, ended by NUL, and by a forbidden page where texts are.
  func text(bytes: [UInt8]) -> UnsafePointer<CChar> {
    let buffer = buffer("a text", bytes: bytes.count + 1, alignment: 1)
    buffer.fill(bytes + [0])
    return UnsafePointer(buffer.address.assumingMemoryBound(to: CChar.self))
  }

  func pointers<Pointee>(_ addresses: [UnsafePointer<Pointee>?]) -> UnsafePointer<
    UnsafePointer<Pointee>?
  > {
    UnsafePointer(
      input("a table of pointers", addresses).address
        .assumingMemoryBound(to: UnsafePointer<Pointee>?.self))
  }

  func mutablePointers<Pointee>(_ addresses: [UnsafeMutablePointer<Pointee>?]) -> UnsafePointer<
    UnsafeMutablePointer<Pointee>?
  > {
    UnsafePointer(
      input("a table of pointers", addresses).address
        .assumingMemoryBound(to: UnsafeMutablePointer<Pointee>?.self))
  }

  /// A struct that begins with its size, with the layout's tail of junk.
  func structure<Struct: BitwiseCopyable>(
    _ name: String, _ value: Struct
  ) -> UnsafeMutablePointer<Struct> {
    let size = MemoryLayout<Struct>.size
    let buffer = buffer(name, bytes: size + layout.tail, layout.structs)
    buffer.address.initializeMemory(as: UInt8.self, repeating: 0xa5, count: size + layout.tail)
    let pointer = buffer.address.assumingMemoryBound(to: Struct.self)
    pointer.initialize(to: value)
    buffer.address.storeBytes(of: UInt32(size + layout.tail), as: UInt32.self)
    return pointer
  }

  /// Runs a call that returns a status, with an error to fill.
  func status(
    _ what: String, _ body: (UnsafeMutablePointer<icl_error>) -> Int32
  ) throws {
    let error = structure("the icl_error", icl_error())
    let status = call(what) { body(error) }
    let refusal = Refusal(what, status, error)
    if status != ICL_OK { throw refusal }
  }

  /// Runs a call whose inputs must be as they were afterwards.
  func watching<Result>(
    _ what: String, _ inputs: [(name: String, buffer: GuardedBuffer)],
    _ body: () throws -> Result
  ) rethrows -> Result {
    let before = inputs.map { $0.buffer.values(UInt8.self) }
    let result = try body()
    for (input, bytes) in zip(inputs, before)
    where changedInputs.count < 20 && input.buffer.values(UInt8.self) != bytes {
      changedInputs.append("\(what) changed its input '\(input.name)'")
    }
    return result
  }
}

/// What a plugin is handed by the host's own code lies as all else does.
extension Trial: LentMemory {
  func array<Element: BitwiseCopyable>(
    _ name: String, _ values: [Element]
  ) -> UnsafeMutablePointer<Element> {
    input(name, values).address.assumingMemoryBound(to: Element.self)
  }

  /// A struct that stays until the process ends.
  func lasting<Struct: BitwiseCopyable>(_ name: String, _ value: Struct) -> UnsafeRawPointer {
    let pointer = structure(name, value)
    _ = Unmanaged.passRetained(buffers.removeLast())
    return UnsafeRawPointer(pointer)
  }
}

/// A status other than good, with what the plugin said.
struct Refusal: Error, CustomStringConvertible {
  let what: String
  let status: Int32
  let code: Int32
  /// The option, tensor or node concerned.
  let path: String
  let message: String
  let isTerminated: Bool

  init(_ what: String, _ status: Int32, _ error: UnsafeMutablePointer<icl_error>) {
    self.what = what
    self.status = status
    code = error.pointee.code
    let place = MemoryLayout<icl_error>.offset(of: \.path)!
    let start = MemoryLayout<icl_error>.offset(of: \.message)!
    path = String(
      decoding: UnsafeRawBufferPointer(start: UnsafeRawPointer(error) + place, count: start - place)
        .prefix { $0 != 0 }, as: UTF8.self)
    let bytes = UnsafeRawBufferPointer(
      start: UnsafeRawPointer(error) + start, count: MemoryLayout<icl_error>.size - start)
    message = String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    isTerminated = bytes.contains(0)
  }

  var description: String {
    "\(what) failed with code \(status)" + (message.isEmpty ? "" : ": \(message)")
  }
}
