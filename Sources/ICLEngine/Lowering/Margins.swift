import ICLGraph

/// Values that are read once more moved by one row along the first axis, with another row in the freed
/// place: as the way back through a recurrence reads gates and states.
///
/// Such a value gets an array with a row before or behind it. The moved value is then a view, and only
/// the one row is copied. So does a contraction that a concatenation along the first axis begins with: the
/// rows that follow are copied behind it.
struct Margins {
  /// Moved values before and behind a value.
  private(set) var sides: [NodeID: (before: NodeID?, after: NodeID?)] = [:]
  /// By the moved value: whose rows it has, and the row that is new.
  private(set) var moved: [NodeID: (source: NodeID, row: NodeID, isBefore: Bool)] = [:]
  /// How many further rows follow a value in a concatenation, and which one that is.
  private(set) var further: [NodeID: (rows: Int, whole: NodeID)] = [:]

  init() {}

  init(_ graph: Graph, _ order: [NodeID]) {
    let members = Set(order)
    addFurther(graph, order, members)
    for id in order {
      guard case .concatenate(0) = graph[id].operation, graph[id].inputs.count == 2 else {
        continue
      }
      let inputs = graph[id].inputs
      for isBefore in [true, false] {
        let (row, slice) = isBefore ? (inputs[0], inputs[1]) : (inputs[1], inputs[0])
        guard graph.shape(of: row)[0] == 1,
          case .slice(let start, _, let stride) = graph[slice].operation
        else { continue }
        let source = graph[slice].inputs[0]
        var expected = [Int](repeating: 0, count: start.count)
        expected[0] = isBefore ? 0 : 1
        guard start == expected, stride.allSatisfy({ $0 == 1 }),
          graph.shape(of: source) == graph[id].shape, members.contains(source),
          graph[source].isBatched == graph[id].isBatched, Self.isWritten(graph[source].operation)
        else { continue }
        let known = sides[source, default: (nil, nil)]
        guard (isBefore ? known.before : known.after) == nil else { continue }
        sides[source] = isBefore ? (id, known.after) : (known.before, id)
        moved[id] = (source, row, isBefore)
        break
      }
    }
  }

  /// Contractions that a concatenation begins with, if they give most of its rows.
  private mutating func addFurther(_ graph: Graph, _ order: [NodeID], _ members: Set<NodeID>) {
    for id in order {
      guard case .concatenate(0) = graph[id].operation else { continue }
      let first = graph[id].inputs[0]
      guard members.contains(first), graph[first].isBatched == graph[id].isBatched,
        further[first] == nil, case .einsum(let spec) = graph[first].operation, spec.right != nil
      else { continue }
      let (rows, all) = (graph.shape(of: first)[0], graph.shape(of: id)[0])
      if 2 * rows > all { further[first] = (all - rows, id) }
    }
  }

  /// Whether the operation's value has an array of its own, of the node's shape.
  private static func isWritten(_ operation: Operation) -> Bool {
    switch operation {
    case .unary(.stopGradient): false
    case .unary, .binary, .linearRecurrence: true
    default: false
    }
  }
}

extension Lowering {
  /// A new array for a node's value, inside of a larger one if it has margins.
  func allocate(_ id: NodeID) -> View {
    let shape = frame.graph[id].shape
    let (sides, further) = (frame.margins.sides[id], frame.margins.further[id])
    if sides == nil && further == nil { return allocate(shape, isBatched: isBatched(id)) }
    let before = sides?.before == nil ? 0 : 1
    var whole = shape
    whole.extents[0] += before + (further?.rows ?? (sides?.after == nil ? 0 : 1))
    let array = allocate(whole, isBatched: isBatched(id))
    frame.withMargins.insert(array.base)
    var start = [Int](repeating: 0, count: shape.rank)
    start[0] = before
    return array.sliced(
      start: start, stride: [Int](repeating: 1, count: shape.rank), shape)
  }

  /// The value moved by a row, if it has room for that.
  func movedRows(_ id: NodeID) -> View? {
    guard let (source, row, isBefore) = frame.margins.moved[id] else { return nil }
    var result = view(source)
    guard frame.withMargins.contains(result.base), result.shape == frame.graph[id].shape
    else { return nil }
    result.offset += isBefore ? -result.strides[0] : result.strides[0]
    var start = [Int](repeating: 0, count: result.shape.rank)
    start[0] = isBefore ? 0 : result.shape[0] - 1
    let place = result.sliced(
      start: start, stride: [Int](repeating: 1, count: start.count), frame.graph.shape(of: row))
    copy(view(row), to: place)
    return result
  }

  /// A value with further rows behind it, if it has room for them.
  func withFurtherRows(_ id: NodeID) -> View? {
    let inputs = frame.graph[id].inputs
    let shape = frame.graph[id].shape
    var result = view(inputs[0])
    // Another concatenation that begins with the value would write over this one's rows.
    guard let further = frame.margins.further[inputs[0]], further.whole == id,
      frame.withMargins.contains(result.base), result.shape == frame.graph[inputs[0]].shape,
      result.shape[0] + further.rows == shape[0]
    else { return nil }
    result.shape = shape
    var start = [Int](repeating: 0, count: shape.rank)
    for (input, next) in zip(inputs, inputs.dropFirst()) {
      start[0] += frame.graph[input].shape[0]
      let place = result.sliced(
        start: start, stride: [Int](repeating: 1, count: start.count), frame.graph[next].shape)
      copy(view(next), to: place)
    }
    return result
  }
}
