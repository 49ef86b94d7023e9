internal import CICL

/// What a plugin wrote into an `icl_error`.
struct ErrorReport {
  let code: Int32
  let path: String
  let message: String

  /// Runs the body with a cleared error and reads what it left.
  static func reading<Result>(
    in memory: (any LentMemory)? = nil, _ body: (UnsafeMutablePointer<icl_error>) -> Result
  ) -> (result: Result, report: ErrorReport) {
    if let memory {
      let error = memory.structure("the icl_error", icl_error())
      let result = body(error)
      return (result, ErrorReport(error))
    }
    return withUnsafeTemporaryAllocation(of: icl_error.self, capacity: 1) { buffer in
      let error = buffer.baseAddress!
      UnsafeMutableRawBufferPointer(buffer).initializeMemory(as: UInt8.self, repeating: 0)
      error.pointee.struct_size = UInt32(MemoryLayout<icl_error>.size)
      let result = body(error)
      return (result, ErrorReport(error))
    }
  }

  private init(_ error: UnsafeMutablePointer<icl_error>) {
    let bytes = UnsafeMutableRawBufferPointer(start: error, count: MemoryLayout<icl_error>.size)
    let path = MemoryLayout<icl_error>.offset(of: \.path)!
    let message = MemoryLayout<icl_error>.offset(of: \.message)!
    code = error.pointee.code
    self.path = Self.text(bytes[path..<message])
    self.message = Self.text(bytes[message...])
  }

  /// Up to the first NUL, or the end where there is none; what is not UTF-8 is replaced.
  private static func text(_ bytes: Slice<UnsafeMutableRawBufferPointer>) -> String {
    if bytes.first == 0 { return "" }
    let text = String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    return text.split(whereSeparator: \.isNewline).joined(separator: " ")
  }

  /// The plugin's words, or what its code means.
  func sentence(_ status: Int32) -> String {
    if !message.isEmpty { return message.hasSuffix(".") ? message : message + "." }
    let meaning =
      switch status {
      case ICL_INVALID: "something given to it is not valid"
      case ICL_UNSUPPORTED: "it cannot do this"
      case ICL_OUT_OF_MEMORY: "it has not enough memory"
      case ICL_VERSION: "it misses a version or a service"
      case ICL_CANCELLED: "it was asked to stop"
      default: "code \(status)"
      }
    return "it gave no reason (\(meaning))."
  }
}
