internal import Crypto
import Glibc

/// SHA-256, as 64 lower-case hexadecimal digits.
public enum Digest {
  public static func sha256(of text: String) -> String { sha256(of: Array(text.utf8)) }

  public static func sha256(of bytes: [UInt8]) -> String {
    hexadecimal(SHA256.hash(data: bytes))
  }

  public static func sha256(of bytes: UnsafeRawBufferPointer) -> String {
    var function = SHA256()
    function.update(bufferPointer: bytes)
    return hexadecimal(function.finalize())
  }

  /// Of a file of any size, in constant memory.
  public static func sha256(ofFile path: String) throws(RecordError) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw RecordError(.missing, path: path, message: "cannot open it: \(reason())")
    }
    defer { close(descriptor) }
    var function = SHA256()
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
    defer { buffer.deallocate() }
    while true {
      let got = read(descriptor, buffer.baseAddress!, buffer.count)
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else {
        throw RecordError(.badData, path: path, message: "cannot read it: \(reason())")
      }
      if got == 0 { break }
      function.update(bufferPointer: UnsafeRawBufferPointer(rebasing: buffer[..<got]))
    }
    return hexadecimal(function.finalize())
  }

  private static func hexadecimal(_ digest: SHA256.Digest) -> String {
    digest.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
  }
}
