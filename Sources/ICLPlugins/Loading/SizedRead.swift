/// Reads a struct that may be of another minor version than ours.
///
/// Copies as many bytes as both sides know; a field that its writer did not have reads as zero.
func sizedRead<Struct: BitwiseCopyable>(
  _ pointer: UnsafeRawPointer, size: UInt32, as type: Struct.Type = Struct.self
) -> Struct {
  withUnsafeTemporaryAllocation(
    byteCount: MemoryLayout<Struct>.size, alignment: MemoryLayout<Struct>.alignment
  ) { buffer in
    buffer.initializeMemory(as: UInt8.self, repeating: 0)
    let count = min(Int(size), MemoryLayout<Struct>.size)
    buffer.copyMemory(from: UnsafeRawBufferPointer(start: pointer, count: count))
    return buffer.load(as: Struct.self)
  }
}

/// What all structs of the interface begin with.
func structSize(_ pointer: UnsafeRawPointer) -> UInt32 {
  pointer.loadUnaligned(as: UInt32.self)
}

/// Reads the tables of one plugin and says what is wrong with them.
struct TableReader {
  /// The library's path, for errors.
  let path: String

  func refuse(_ code: PluginError.Code, _ message: String, hint: String = "") -> PluginError {
    PluginError(code, message, hint: hint, path: path)
  }

  /// One struct, of at least the size that version 1.0 has.
  func read<Struct: BitwiseCopyable>(
    _ pointer: UnsafeRawPointer?, _ what: String, as type: Struct.Type = Struct.self
  ) throws(PluginError) -> Struct {
    guard let pointer else { throw refuse(.nullTable, "\(what) is NULL.") }
    return sizedRead(pointer, size: try size(pointer, what, of: Struct.self))
  }

  /// An array of structs; the stride is the size of the first.
  func array<Struct: BitwiseCopyable>(
    _ pointer: UnsafeRawPointer?, count: UInt32, _ what: String, as type: Struct.Type = Struct.self
  ) throws(PluginError) -> [Struct] {
    guard count > 0 else { return [] }
    guard count <= 4096 else {
      throw refuse(.badTable, "\(what) is said to have \(count) entries; at most 4096 are read.")
    }
    guard let pointer else {
      throw refuse(.nullTable, "\(what) is NULL, though it should have \(count) entries.")
    }
    let stride = try size(pointer, what, of: Struct.self)
    return (0..<Int(count)).map { sizedRead(pointer + $0 * Int(stride), size: stride) }
  }

  private func size<Struct>(
    _ pointer: UnsafeRawPointer, _ what: String, of type: Struct.Type
  ) throws(PluginError) -> UInt32 {
    let size = structSize(pointer)
    guard size >= MemoryLayout<Struct>.size else {
      throw refuse(
        .truncatedStruct,
        "\(what) is cut short: \(type) has \(MemoryLayout<Struct>.size) bytes, its struct_size "
          + "says \(size).",
        hint: "Set struct_size to sizeof(\(type)).")
    }
    guard size % 8 == 0, size <= 65536 else {
      throw refuse(
        .badTable, "\(what) has a struct_size of \(size); a multiple of 8 below 65536 is expected.",
        hint: "Set struct_size to sizeof(\(type)).")
    }
    return size
  }

  /// A text that must be there, and be UTF-8.
  func text(_ pointer: UnsafePointer<CChar>?, _ what: String) throws(PluginError) -> String {
    guard let pointer else { throw refuse(.badText, "\(what) is NULL, expected a text.") }
    guard let text = String(validatingCString: pointer) else {
      throw refuse(.badText, "\(what) is not UTF-8.")
    }
    return text
  }

  /// kebab-case: letters a to z, digits, and single hyphens between them.
  func identifier(_ pointer: UnsafePointer<CChar>?, _ what: String) throws(PluginError) -> String {
    let text = try text(pointer, what)
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    let isKebab = parts.allSatisfy { part in
      !part.isEmpty && part.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) }
    }
    guard isKebab else {
      throw refuse(
        .badText, "\(what) is '\(text)'; expected kebab-case, such as linear-attention.")
    }
    return text
  }
}
