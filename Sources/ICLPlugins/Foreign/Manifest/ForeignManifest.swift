/// Components made of a library that has never heard of us: what to call, and with what.
///
/// docs/foreign.md explains every key.
struct ForeignManifest {
  var name: String
  var version: String
  var license: String
  var url: String?
  /// The Debian package that has the libraries.
  var package: String?
  /// Sonames, or absolute paths.
  var libraries: [String]
  var functions: [String: CFunction] = [:]
  var variables: [String: CVariable] = [:]
  var components: [Component] = []

  struct Component {
    var kind: ComponentKind
    var id: String
    var version: String
    var summary: String
    var options: [OptionDeclaration] = []
    /// Names for formulas, in order.
    var definitions: [(name: String, formula: ForeignExpression)] = []
    /// What must be nonzero, and the sentence where it is not.
    var requirements: [(formula: ForeignExpression, message: String)] = []
    var draws: [Draw] = []
    var buffers: [Buffer] = []
    var prepare: [Step] = []
    var steps: [Step] = []
    var finish: [Step] = []
    var task: Task?
    var reports: [String] = []
    var callbacks: [Callback] = []
    /// Where it stands in the file.
    var place: String
  }

  /// Random numbers of one prompt, times a scale.
  struct Draw {
    var name: String
    var isNormal: Bool
    var stream: String
    var extent: ForeignExpression
    var scale: ForeignExpression
  }

  /// Memory that calls read and write: elements of a type, or one struct with its fields.
  struct Buffer {
    var name: String
    var type: CType
    var extent: ForeignExpression
    var fields: [(field: CParameter, source: Source)] = []
    var isStruct: Bool { !fields.isEmpty }
  }

  struct Task {
    /// "query", "every-prefix", or the name of an option that chooses one.
    var scoring: String
    var contextLength: ForeignExpression
    var inputDimension: ForeignExpression
    var outputDimension: ForeignExpression
    var tensors: [(name: String, role: Signature.Role, shape: [ForeignExpression])]
    var properties: [(name: String, value: ForeignExpression)]
  }

  /// One thing to do; count times, with an index, where it repeats.
  struct Step {
    var action: Action
    var repeats: (index: String, count: ForeignExpression)?
    var place: String
  }

  enum Action {
    case call(Call)
    case copy(from: Slice, to: Slice, count: ForeignExpression)
    case fill(Slice, value: ForeignExpression, count: ForeignExpression)
  }

  struct Slice {
    var array: String
    var offset: ForeignExpression
    var stride: ForeignExpression
  }

  struct Call {
    var function: CFunction
    /// In the function's order.
    var arguments: [Source]
    var result: Slice?
    /// The handle that the result is kept as.
    var handle: String?
    var status: Status?
  }

  /// Where an argument comes from.
  enum Source {
    /// By value, or by reference where the parameter is a pointer.
    case value(ForeignExpression)
    case text(String)
    case array(String, offset: ForeignExpression)
    /// One element of an array by value, times a scale.
    case element(String, offset: ForeignExpression, scale: ForeignExpression)
    case workspace(String)
    case workspaceSize
    case handle(String)
    case variable(CVariable)
    case callback(String)
    case null
  }

  /// What a result code says.
  struct Status {
    /// The array that holds it; nil for the returned value.
    var array: String?
    var good: [Int]
    /// "7", "negative", "positive", "other"; {code} and {-code} stand for the number.
    var texts: [String: String]
  }

  /// A function of ours that the library calls for the loss and its gradient.
  struct Callback {
    enum Role: String, CaseIterable {
      case count, point, gradient, loss, ignored
      case negativeGradient = "negative-gradient"
    }
    var name: String
    /// By the parameter's name.
    var roles: [String: Role]
    /// The function's result: the loss, or this number.
    var returnsLoss: Bool
    var returned: Double
    /// What tells the library to stop: a returned number, or a parameter to be set to it.
    var stop: (parameter: String?, value: Double)?
  }
}
