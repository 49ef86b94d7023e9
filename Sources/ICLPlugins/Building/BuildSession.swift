internal import ICLGraph

/// What the builders of one call share: node numbers, the first error, the current scope.
///
/// Numbers run through all builders of the call, so that a node of the outer graph is not mistaken
/// for one of a scan's body. 0 is the null node.
final class BuildSession {
  let rights: Rights
  /// The number of the first node that a call is given.
  static let firstOperand: UInt32 = 1

  /// Errors are sticky: only the first counts.
  private(set) var error: GraphError?
  private(set) var isUnreadable = false
  var scopes: [String] = []
  var builderCount = 0
  private var nodes: [(node: NodeID, builder: Int)] = []
  /// Names given in this call, to refuse a second node of the same name.
  var given: [String: NodeID] = [:]

  init(_ rights: Rights) { self.rights = rights }

  var scopePath: String { scopes.joined(separator: ".") }

  func qualified(_ name: String) -> String { scopes.isEmpty ? name : "\(scopePath).\(name)" }

  func fail(_ operation: String, _ message: String, isUnreadable: Bool = false) {
    guard error == nil else { return }
    error = GraphError(operation: operation, message: message, path: scopePath)
    self.isUnreadable = isUnreadable
  }

  func fail(_ error: GraphError) { fail(error.operation, error.message) }

  func number(_ node: NodeID, builder: Int) -> UInt32 {
    nodes.append((node, builder))
    return UInt32(nodes.count)
  }

  func node(_ number: UInt32) -> (node: NodeID, builder: Int)? {
    number >= 1 && number <= nodes.count ? nodes[Int(number) - 1] : nil
  }
}

/// What a call may do with the graph it is given.
struct Rights {
  /// "model 'ridge'"
  var owner: String
  /// Kept by the custom operations it makes.
  var instance: Instance
  /// The prompt's tensors, and their roles.
  var signature: Signature
  var roles: Set<Signature.Role> = []
  var scope = PromptScope()
  var mayTrain = false
  var mayDraw = false
  /// What stands before the names it gives: "task." for a task's.
  var namePrefix = ""
  /// Nodes that the call is given; they have the numbers from 1.
  var operands: [NodeID] = []
  /// The tensors that `output` expects; nil where there is nothing to put out.
  var outputs: [Signature.TensorSpec]?
  /// Whether it is a metric's, which reads every node of the scope and puts out what it likes.
  var records = false
}
