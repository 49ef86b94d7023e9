internal import CICLBackend
internal import Glibc
internal import ICLPlugins

/// What a check has to work with, in its process.
final class Trial: @unchecked Sendable {
  let path: String
  let seed: UInt64
  let catalog: PluginCatalog
  let board: Board
  let output: Int32
  let limit: Double
  private let start = ChildProcess.now

  /// Calls that left the floating-point mode changed.
  private(set) var modeChanges: [String] = []
  /// Inputs that a call changed.
  var changedInputs: [String] = []
  /// Buffers stay where they are, unless a check takes them away.
  var buffers: [GuardedBuffer] = []
  /// What components are tried with.
  let cast: Cast
  /// Tables of the host's services, for each way in which structs were laid out.
  var services: [String: [String: UnsafeRawPointer]] = [:]
  /// How buffers and structs are laid out for the calls from now on.
  var layout = Layout()

  init(
    path: String, seed: UInt64, catalog: PluginCatalog, board: Board, output: Int32, limit: Double,
    companions: [String: Companion.Found] = [:]
  ) {
    cast = Cast(found: companions)
    self.path = path
    self.seed = seed
    self.catalog = catalog
    self.board = board
    self.output = output
    self.limit = limit
  }

  func verdict(of check: Check) -> Verdict {
    // What the host has to say of the plugin is not printed by the plugin.
    HostServices.shared.setLog { _, _ in }
    do {
      return try check.run(self)
    } catch let error as Inapplicable {
      return .notApplicable(error.reason)
    } catch let error as Unaccompanied {
      return .notApplicable(error.reason)
    } catch let error as Finding {
      return .failed(error.sentence)
    } catch let error as PluginError {
      return .failed(error.description)
    } catch {
      return .failed("\(error)")
    }
  }

  /// Calls the plugin: what is called is known if it does not come back, and the floating-point mode
  /// is put back.
  func call<Result>(_ what: String, _ body: () throws -> Result) rethrows -> Result {
    board.lastCall = what
    let before = icl_floating_point_mode()
    let result = try body()
    if icl_floating_point_mode() != before {
      icl_set_floating_point_mode(before)
      if modeChanges.count < 20 { modeChanges.append(what) }
    }
    return result
  }

  /// The plugin, opened with care for nothing but its tables.
  func library() throws -> PluginLibrary {
    try call("opening the library and icl_plugin_v1") {
      try PluginLibrary.load(path: path, floatingPoint: .warn)
    }
  }

  /// Whether a loop should end, to leave the check within its time.
  func isSpent(_ fraction: Double) -> Bool { ChildProcess.now - start > limit * fraction }

  /// A generator of the check's own.
  func numbers(_ stream: String) -> Numbers { Numbers(seed: seed, stream: stream) }

  func buffer(
    _ name: String, bytes: Int, _ placement: Layout.Placement? = nil, alignment: Int = 4
  ) -> GuardedBuffer {
    let buffer = GuardedBuffer(
      name, bytes: bytes, placement ?? layout.placement, board, alignment: alignment)
    buffers.append(buffer)
    return buffer
  }

  /// Takes away every buffer that was handed in so far.
  func revokeBuffers() {
    for buffer in buffers { buffer.revoke() }
    buffers = []
  }
}

/// How what is handed to a plugin lies in memory.
struct Layout {
  enum Placement { case padded, guardAfter, guardBefore }
  /// Of arrays and texts.
  var placement = Placement.padded
  /// Of structs, the tables of the host's functions among them.
  var structs = Placement.padded
  /// Bytes that a younger host would have at the end of each struct, filled with junk.
  var tail = 0
  /// What outputs hold before a call.
  var poison = Double.nan
}
