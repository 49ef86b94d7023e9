// The host may read a plugin's tables until the process ends, so they are never freed.

func permanent(_ text: String) -> UnsafePointer<CChar> {
  let bytes = text.utf8CString
  let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
  _ = UnsafeMutableBufferPointer(start: copy, count: bytes.count).initialize(from: bytes)
  return UnsafePointer(copy)
}

func permanent<Value>(_ values: [Value]) -> UnsafePointer<Value> {
  let copy = UnsafeMutablePointer<Value>.allocate(capacity: max(values.count, 1))
  _ = UnsafeMutableBufferPointer(start: copy, count: values.count).initialize(from: values)
  return UnsafePointer(copy)
}

/// The size of a C struct, as its first field states it.
func size<Value>(_ type: Value.Type) -> UInt32 { UInt32(MemoryLayout<Value>.size) }

/// Fills a struct of the caller's: only what its own size says that it has, and not that size.
func fill<Value>(_ target: UnsafeMutablePointer<Value>?, with value: Value) {
  guard let target else { return }
  let bytes = UnsafeMutableRawPointer(target)
  let first = MemoryLayout<UInt32>.size
  let last = min(Int(bytes.load(as: UInt32.self)), MemoryLayout<Value>.size)
  withUnsafeBytes(of: value) { source in
    for offset in first..<max(first, last) {
      bytes.storeBytes(of: source[offset], toByteOffset: offset, as: UInt8.self)
    }
  }
}
