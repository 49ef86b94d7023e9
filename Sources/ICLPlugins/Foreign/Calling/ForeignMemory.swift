/// Zeroed memory that lives as long as this object.
final class ForeignMemory {
  private var blocks: [UnsafeMutableRawPointer] = []

  deinit { for block in blocks { block.deallocate() } }

  func allocate(bytes: Int) -> UnsafeMutableRawPointer {
    let count = max((bytes + 63) / 64 * 64, 64)
    let block = UnsafeMutableRawPointer.allocate(byteCount: count, alignment: 64)
    block.initializeMemory(as: UInt8.self, repeating: 0, count: count)
    blocks.append(block)
    return block
  }
}
