import CICL

/// Why a component cannot do what it was asked.
public struct KitError: Error, CustomStringConvertible {
  public enum Code: Sendable {
    /// An option or argument is wrong.
    case invalid
    /// Right, but this component cannot do it.
    case unsupported
    case outOfMemory
    case cancelled
    case failed
  }
  public var code: Code
  /// The option, tensor or node concerned; "" if none.
  public var path: String
  /// One sentence: what was expected, what was found.
  public var message: String

  public init(_ message: String, path: String = "", code: Code = .invalid) {
    self.code = code
    self.path = path
    self.message = message
  }

  public var description: String { path.isEmpty ? message : "\(path): \(message)" }

  var number: Int32 {
    switch code {
    case .invalid: ICL_INVALID
    case .unsupported: ICL_UNSUPPORTED
    case .outOfMemory: ICL_OUT_OF_MEMORY
    case .cancelled: ICL_CANCELLED
    case .failed: ICL_FAILED
    }
  }
}

/// Runs the body and turns what it throws into a code and a filled `icl_error`.
func guarded(_ error: UnsafeMutablePointer<icl_error>?, _ body: () throws -> Void) -> Int32 {
  do {
    try body()
    return ICL_OK
  } catch let failure as KitError {
    return report(failure.number, failure.path, failure.message, in: error)
  } catch let failure {
    return report(ICL_FAILED, "", "\(failure)", in: error)
  }
}

/// Fills the caller's error, as far as the caller says that it has room.
func report(
  _ code: Int32, _ path: String, _ message: String, in error: UnsafeMutablePointer<icl_error>?
) -> Int32 {
  guard let error, Int(error.pointee.struct_size) >= MemoryLayout<icl_error>.size else {
    return code
  }
  error.pointee.code = code
  withUnsafeMutableBytes(of: &error.pointee.path) { copy(path, into: $0) }
  withUnsafeMutableBytes(of: &error.pointee.message) { copy(message, into: $0) }
  return code
}

/// Cuts at the capacity, at the start of a character; always ends with NUL.
private func copy(_ text: String, into buffer: UnsafeMutableRawBufferPointer) {
  let bytes = Array(text.utf8)
  var length = min(bytes.count, buffer.count - 1)
  if length < bytes.count {
    while length > 0, bytes[length] & 0xC0 == 0x80 { length -= 1 }
  }
  buffer.copyBytes(from: bytes[..<length])
  buffer[length] = 0
}
