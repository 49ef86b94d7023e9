/// A type as C spells it, as far as libffi needs to know it.
indirect enum CType: Hashable, Sendable {
  case void
  case integer(bits: Int, signed: Bool)
  case float
  case double
  /// Known by its name alone, and so only behind a pointer.
  case opaque(String)
  case pointer(CType, isConst: Bool)
  case function(CFunction)
}

/// A parameter: `const double a[lda * n]` needs lda * n elements, in names of its neighbours.
struct CParameter: Hashable, Sendable {
  var name: String
  var type: CType
  var extent: ForeignExpression?
}

/// A declared function.
struct CFunction: Hashable, Sendable {
  var name: String
  var result: CType
  var parameters: [CParameter]
}

/// A declared variable: `const gsl_rng_type *gsl_rng_mt19937`.
struct CVariable: Hashable, Sendable {
  var name: String
  var type: CType
}

extension CType {
  /// Bytes of a value; nil where C has none for it.
  var size: Int? {
    switch self {
    case .void, .opaque: nil
    case .integer(let bits, _): bits / 8
    case .float: 4
    case .double, .pointer, .function: 8
    }
  }

  var isPointer: Bool {
    switch self {
    case .pointer, .function: true
    default: false
    }
  }

  var isNumber: Bool {
    switch self {
    case .integer, .float, .double: true
    default: false
    }
  }

  static let named: [String: CType] = [
    "void": .void, "double": .double, "float": .float,
    "char": .integer(bits: 8, signed: true), "signed char": .integer(bits: 8, signed: true),
    "unsigned char": .integer(bits: 8, signed: false),
    "short": .integer(bits: 16, signed: true), "unsigned short": .integer(bits: 16, signed: false),
    "int": .integer(bits: 32, signed: true), "unsigned": .integer(bits: 32, signed: false),
    "unsigned int": .integer(bits: 32, signed: false),
    "long": .integer(bits: 64, signed: true), "unsigned long": .integer(bits: 64, signed: false),
    "long long": .integer(bits: 64, signed: true),
    "unsigned long long": .integer(bits: 64, signed: false),
    "size_t": .integer(bits: 64, signed: false), "ptrdiff_t": .integer(bits: 64, signed: true),
    "int8_t": .integer(bits: 8, signed: true), "uint8_t": .integer(bits: 8, signed: false),
    "int16_t": .integer(bits: 16, signed: true), "uint16_t": .integer(bits: 16, signed: false),
    "int32_t": .integer(bits: 32, signed: true), "uint32_t": .integer(bits: 32, signed: false),
    "int64_t": .integer(bits: 64, signed: true), "uint64_t": .integer(bits: 64, signed: false),
  ]
}

extension CType: CustomStringConvertible {
  var description: String {
    switch self {
    case .void: return "void"
    case .integer(8, true): return "char"
    case .integer(8, false): return "unsigned char"
    case .integer(32, true): return "int"
    case .integer(32, false): return "unsigned int"
    case .integer(64, true): return "long"
    case .integer(64, false): return "unsigned long"
    case .integer(_, let signed): return signed ? "short" : "unsigned short"
    case .float: return "float"
    case .double: return "double"
    case .opaque(let name): return name
    case .pointer(let to, let isConst):
      let inner = "\(to)"
      return (isConst ? "const " : "") + inner + (inner.hasSuffix("*") ? "*" : " *")
    case .function(let function): return function.declaration(named: "(*)")
    }
  }
}

extension CFunction: CustomStringConvertible {
  var description: String { declaration(named: name) }

  func declaration(named name: String) -> String {
    let list = parameters.map { $0.type.declaring($0.name) }
    return result.declaring(name) + "(" + (list.isEmpty ? "void" : list.joined(separator: ", "))
      + ")"
  }
}

extension CType {
  /// "const double *x", "int (*f)(int)"
  func declaring(_ name: String) -> String {
    if case .function(let function) = self { return function.declaration(named: "(*\(name))") }
    let text = "\(self)"
    return name.isEmpty ? text : text.hasSuffix("*") ? text + name : "\(text) \(name)"
  }
}
