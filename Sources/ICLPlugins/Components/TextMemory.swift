/// C strings that live as long as this object.
final class TextMemory {
  private var texts: [UnsafeMutableBufferPointer<CChar>] = []

  deinit { for text in texts { text.deallocate() } }

  func keep(_ text: String) -> UnsafePointer<CChar>? {
    let bytes = Array(text.utf8CString)
    let memory = UnsafeMutableBufferPointer<CChar>.allocate(capacity: bytes.count)
    _ = memory.initialize(fromContentsOf: bytes)
    texts.append(memory)
    return UnsafePointer(memory.baseAddress)
  }
}
