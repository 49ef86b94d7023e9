internal import Glibc

/// Memory between two pages that nobody may touch.
///
/// Padded, it has a page to spare on both sides; guarded, the first byte after it (or before it) is
/// on the forbidden page.
final class GuardedBuffer {
  let address: UnsafeMutableRawPointer
  let bytes: Int
  private let region: UnsafeMutableRawPointer
  private let size: Int

  /// - Parameter alignment: of the address; what it leaves free before a forbidden page may be touched.
  init(
    _ name: String, bytes: Int, _ placement: Layout.Placement, _ board: Board, alignment: Int = 4
  ) {
    let page = 4096
    let spare = placement == .padded ? 2 * page : 0
    let inner = (bytes + page - 1) / page * page + spare
    size = max(inner, page) + 2 * page
    let mapped = mmap(nil, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    precondition(mapped != MAP_FAILED, "no address space left for a buffer")
    region = mapped!
    mprotect(region + page, size - 2 * page, PROT_READ | PROT_WRITE)
    switch placement {
    case .padded: address = region + 2 * page
    case .guardBefore: address = region + page
    case .guardAfter:
      address = region + (size - page - (bytes + alignment - 1) / alignment * alignment)
    }
    self.bytes = bytes
    board.note(name, from: UInt(bitPattern: address), to: UInt(bitPattern: address) + UInt(bytes))
  }

  deinit { munmap(region, size) }

  /// From now on any access is a fault.
  func revoke() {
    mprotect(region, size, PROT_NONE)
    // The address is not to be given to somebody else.
    _ = Unmanaged.passRetained(self)
  }

  func fill<Element: BitwiseCopyable>(_ values: [Element]) {
    values.withUnsafeBytes { source in
      if let base = source.baseAddress { address.copyMemory(from: base, byteCount: source.count) }
    }
  }

  func values<Element: BitwiseCopyable>(_ type: Element.Type = Element.self) -> [Element] {
    Array(
      UnsafeBufferPointer(
        start: address.assumingMemoryBound(to: Element.self),
        count: bytes / MemoryLayout<Element>.stride))
  }
}
