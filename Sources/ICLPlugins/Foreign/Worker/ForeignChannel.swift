internal import Glibc

/// Messages between the host and a worker, over a socket.
struct ForeignChannel {
  enum Kind: UInt32 {
    /// To the worker.
    case start = 1
    case run, evaluated
    /// From it.
    case ready, evaluate, done, failed
  }

  let descriptor: Int32

  /// false where the other side is gone.
  func send(_ kind: Kind, _ payload: [UInt8] = []) -> Bool {
    var bytes: [UInt8] = []
    for word in [kind.rawValue, UInt32(payload.count)] {
      withUnsafeBytes(of: word) { bytes += $0 }
    }
    bytes += payload
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.send(
          descriptor, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }

  /// nil where the other side is gone.
  func receive() -> (kind: Kind, payload: [UInt8])? {
    guard let header = read(8), let kind = Kind(rawValue: word(header, 0)),
      let payload = read(Int(word(header, 4)))
    else { return nil }
    return (kind, payload)
  }

  /// Whether a message, or the end, is there within so many milliseconds.
  func waits(milliseconds: Int32) -> Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&entry, 1, milliseconds) != 0
  }

  private func read(_ count: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    var got = 0
    while got < count {
      let read = bytes.withUnsafeMutableBytes {
        Glibc.read(descriptor, $0.baseAddress! + got, count - got)
      }
      if read < 0 && errno == EINTR { continue }
      guard read > 0 else { return nil }
      got += read
    }
    return bytes
  }

  private func word(_ bytes: [UInt8], _ offset: Int) -> UInt32 {
    bytes[offset..<offset + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }
}
