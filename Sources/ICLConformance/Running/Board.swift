internal import Glibc

/// Memory that a check's process shares with the one that waits for it: what remains where the
/// process is killed in the middle of a call.
///
/// | bytes | what |
/// |---|---|
/// | 0 | verdict: 0 none yet, 1 passed, 2 failed, 3 not applicable |
/// | 8 | address of a memory fault |
/// | 16 | number of guarded buffers |
/// | 24 | a number that a process may leave for its parent |
/// | 32 ..< 512 | the last call into the plugin |
/// | 512 ..< 4096 | the detail of the verdict |
/// | 4096 ..< 12288 | companions that were found, for checks that come later |
/// | 12288 ... | guarded buffers: first byte, end, name (64 bytes each) |
final class Board: @unchecked Sendable {
  private let memory: UnsafeMutableRawPointer
  private static let page = 4096
  private static let size = 65536
  private static let firstGuard = 12288
  private static let guardSize = 64
  private static let capacity = (size - firstGuard) / guardSize

  init() {
    // A plugin that runs on past its own memory is not to run into this.
    let mapped = mmap(
      nil, Self.size + 2 * Self.page, PROT_NONE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)
    memory = mapped! + Self.page
    mprotect(memory, Self.size, PROT_READ | PROT_WRITE)
    fault.pointee = .max
  }

  deinit { munmap(memory - Self.page, Self.size + 2 * Self.page) }

  var fault: UnsafeMutablePointer<UInt64> {
    (memory + 8).assumingMemoryBound(to: UInt64.self)
  }

  var number: UInt64 {
    get { (memory + 24).load(as: UInt64.self) }
    set { (memory + 24).storeBytes(of: newValue, as: UInt64.self) }
  }

  var lastCall: String {
    get { text(at: 32, limit: 480) }
    set { write(newValue, at: 32, limit: 480) }
  }

  var verdict: Verdict? {
    get {
      let detail = text(at: 512, limit: 3584)
      return switch memory.load(as: UInt32.self) {
      case 1: .passed(detail)
      case 2: .failed(detail)
      case 3: .notApplicable(detail)
      default: nil
      }
    }
    set {
      let (code, detail): (UInt32, String) =
        switch newValue {
        case .passed(let detail): (1, detail)
        case .failed(let detail): (2, detail)
        case .notApplicable(let detail): (3, detail)
        case nil: (0, "")
        }
      write(detail, at: 512, limit: 3584)
      memory.storeBytes(of: code, as: UInt32.self)
    }
  }

  var companions: String {
    get { text(at: 4096, limit: 8192) }
    set { write(newValue, at: 4096, limit: 8192) }
  }

  /// Tells where a buffer is, so that a fault beside it has a name.
  func note(_ name: String, from start: UInt, to end: UInt) {
    let count = (memory + 16).load(as: UInt64.self)
    let place = Self.firstGuard + Int(count) % Self.capacity * Self.guardSize
    (memory + place).storeBytes(of: UInt64(start), as: UInt64.self)
    (memory + place + 8).storeBytes(of: UInt64(end), as: UInt64.self)
    write(name, at: place + 16, limit: 48)
    (memory + 16).storeBytes(of: count + 1, as: UInt64.self)
  }

  /// "8 bytes after the end of 'predictions'", if the fault was at most a page from a buffer.
  var faultPlace: String? {
    let address = fault.pointee
    guard address != .max else { return nil }
    let count = min(Int((memory + 16).load(as: UInt64.self)), Self.capacity)
    for index in (0..<count).reversed() {
      let place = Self.firstGuard + index * Self.guardSize
      let start = (memory + place).load(as: UInt64.self)
      let end = (memory + place + 8).load(as: UInt64.self)
      let name = text(at: place + 16, limit: 48)
      if address >= end, address - end < 4096 {
        return "\(address - end) bytes after the end of '\(name)'"
      }
      if address < start, start - address <= 4096 {
        return "\(start - address) bytes before the start of '\(name)'"
      }
      if address >= start, address < end { return "inside '\(name)', which is no longer there" }
    }
    return address < 4096 ? "at address \(address), through a NULL pointer" : nil
  }

  private func text(at offset: Int, limit: Int) -> String {
    let bytes = UnsafeRawBufferPointer(start: memory + offset, count: limit)
    return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }

  private func write(_ text: String, at offset: Int, limit: Int) {
    let bytes = Array(text.utf8.prefix(limit - 1)) + [0]
    (memory + offset).copyMemory(from: bytes, byteCount: bytes.count)
  }
}
