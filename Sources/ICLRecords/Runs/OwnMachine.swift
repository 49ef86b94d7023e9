import Glibc

/// The name of this machine in its network.
func hostName() -> String {
  withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
    buffer.initialize(repeating: 0)
    gethostname(buffer.baseAddress!, 255)
    return String(cString: buffer.baseAddress!)
  }
}
