package import CICL

/// Where that lies which a plugin is handed while it builds, where it is not the host's own memory.
///
/// The conformance suite puts every struct and array beside pages that nobody may touch, and gives
/// structs the size that another host has. One thread.
package protocol LentMemory: AnyObject, Sendable {
  /// A struct that begins with its size.
  func structure<Struct: BitwiseCopyable>(
    _ name: String, _ value: Struct
  ) -> UnsafeMutablePointer<Struct>
  /// At least one element's room, so that there is an address.
  func array<Element: BitwiseCopyable>(
    _ name: String, _ values: [Element]
  ) -> UnsafeMutablePointer<Element>
  func signature(_ signature: Signature) -> UnsafePointer<icl_signature>
}

extension Instance {
  /// Calls a body with a signature as plugins read it.
  func withSignature<Result>(
    _ signature: Signature, _ body: (UnsafePointer<icl_signature>) throws(PluginError) -> Result
  ) throws(PluginError) -> Result {
    if let memory { return try body(memory.signature(signature)) }
    let own = SignatureMemory(signature)
    defer { withExtendedLifetime(own) {} }
    return try body(UnsafePointer(own.pointer))
  }
}
