import ICLGraph

/// Values that are read once more moved by one row along the first axis, with another row in the freed
/// place: as the way back through a recurrence reads gates and states.
///
/// Such a value gets an array with a row before or behind it. The moved value is then a view, and only
/// the one row is copied.
struct Margins {
  /// Moved values before and behind a value.
  private(set) var sides: [NodeID: (before: NodeID?, after: NodeID?)] = [:]
  /// By the moved value: whose rows it has, and the row that is new.
  private(set) var moved: [NodeID: (source: NodeID, row: NodeID, isBefore: Bool)] = [:]

  init() {}

  init(_ graph: Graph, _ order: [NodeID]) {
    let members = Set(order)
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
    guard let sides = frame.margins.sides[id] else {
      return allocate(shape, isBatched: isBatched(id))
    }
    let before = sides.before == nil ? 0 : 1
    var whole = shape
    whole.extents[0] += before + (sides.after == nil ? 0 : 1)
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
}
