internal import CICL
internal import Glibc
internal import Synchronization

/// Memory that plugins ask the host for: `icl.arena/1`.
///
/// A block belongs to the instance whose host was asked for it and is freed with that instance.
/// Blocks asked of the host that the entry point was given (owner 0) live until released.
enum Arena {
  private struct State {
    var nextOwner: UInt = 1
    var owners: [UInt: UInt] = [:]
  }

  private static let state = Mutex(State())
  static func newOwner() -> UInt {
    state.withLock { state in
      defer { state.nextOwner += 1 }
      return state.nextOwner
    }
  }

  static func allocate(_ bytes: UInt64, owner: UInt) -> UnsafeMutableRawPointer? {
    guard bytes <= 1 << 47 else { return nil }
    let rounded = (max(Int(bytes), 1) + 63) / 64 * 64
    guard let memory = aligned_alloc(64, rounded) else { return nil }
    memset(memory, 0, rounded)
    state.withLock { $0.owners[UInt(bitPattern: memory)] = owner }
    return memory
  }

  /// Memory that is not from here is left alone: freeing it would end the process.
  static func release(_ memory: UnsafeMutableRawPointer?, _ services: HostServices) {
    guard let memory else { return }
    let isKnown = state.withLock { $0.owners.removeValue(forKey: UInt(bitPattern: memory)) != nil }
    if isKnown {
      free(memory)
    } else {
      services.log(.warning, "a plugin released memory that is not the arena's")
    }
  }

  static func releaseAll(of owner: UInt) {
    let blocks = state.withLock { state in
      let blocks = state.owners.filter { $0.value == owner }.map(\.key)
      for block in blocks { state.owners[block] = nil }
      return blocks
    }
    for block in blocks { free(UnsafeMutableRawPointer(bitPattern: block)) }
  }
}
