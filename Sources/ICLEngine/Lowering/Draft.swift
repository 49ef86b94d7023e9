import CICLBackend
import ICLGraph

/// An instruction before its arrays have places.
final class Draft {
  let opcode: UInt32
  let variant: Int
  let flags: UInt32
  var arguments: [Int64] = []
  /// Arguments to which an array's offset is still to be added.
  var references: [(argument: Int, buffer: Int, bytes: Bool)] = []
  /// Offset tables of the kernel.
  var table: [Int32] = []
  /// The body of a scan.
  var body: [Draft] = []
  /// Work that the host does itself.
  var call: HostCall?
  /// The node that it computes, or helps to.
  var origin: NodeID?

  init(_ opcode: UInt32, variant: Int = 0, flags: UInt32 = 0) {
    self.opcode = opcode
    self.variant = variant
    self.flags = flags
  }

  func append(_ value: Int) { arguments.append(Int64(value)) }
  func append(_ values: [Int]) { arguments.append(contentsOf: values.map(Int64.init)) }
}

/// An array of elements in one region, alive from its first write to its last read.
struct Buffer {
  enum Region {
    /// Scalars that all threads share; lives through the step.
    case shared
    /// Lanes of the tile at hand, one copy a thread; space is used again after the last read.
    case tile
    /// Sums over prompts, one copy for each accumulator.
    case accumulator
  }
  var region: Region
  var count: Int
  var first: Int
  var last: Int
  var offset = 0
}

/// Numbers of the spaces that instructions address.
enum Space {
  static let shared = 0
  static let parameters = 1
  static let tile = 2
  static let accumulator = 3
  /// What the tile's prompts alone decide, kept from step to step where prompts are fixed.
  static let kept = 4
  /// Scans move these over their slices.
  static let firstMoving = 5

  static func of(_ region: Buffer.Region) -> Int {
    switch region {
    case .shared: shared
    case .tile: tile
    case .accumulator: accumulator
    }
  }
}
