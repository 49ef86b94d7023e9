/// Reads declarations such as `int f(const char *u, const double a[n * m], double (*g)(double))`.
struct CDeclarationParser {
  struct Mistake: Error { var message: String }

  private var tokens: [String] = []
  private var place = 0
  private let typedefs: [String: CType]

  init(_ text: String, typedefs: [String: CType] = [:]) throws(Mistake) {
    self.typedefs = typedefs
    var word = ""
    var depth = 0
    for character in text + " " {
      // What stands in brackets is a formula of ours: one token.
      if depth > 0 {
        if character == "]" { depth = 0 }
        if depth == 0 {
          tokens += [word, "]"]
          word = ""
        } else {
          word.append(character)
        }
        continue
      }
      if character.isLetter || character.isNumber || character == "_" {
        word.append(character)
        continue
      }
      if !word.isEmpty { tokens.append(word) }
      word = ""
      if character == "[" { depth = 1 }
      if "*(),[".contains(character) {
        tokens.append(String(character))
      } else if character != " " && character != ";" {
        throw Mistake(message: "'\(character)' is not expected in a declaration")
      }
    }
    guard depth == 0 else { throw Mistake(message: "a ']' is missing") }
  }

  mutating func function() throws(Mistake) -> CFunction {
    let declared = try declarator()
    guard case .function(let function) = declared.type, !declared.isPointerToFunction,
      !function.name.isEmpty
    else { throw Mistake(message: "a function is expected, such as int f(const double *x)") }
    try end()
    return function
  }

  mutating func variable() throws(Mistake) -> CVariable {
    let declared = try declarator()
    try end()
    guard !declared.name.isEmpty else { throw Mistake(message: "the variable has no name") }
    return CVariable(name: declared.name, type: declared.type)
  }

  /// A type without a name.
  mutating func type() throws(Mistake) -> CType {
    let declared = try declarator()
    try end()
    return declared.type
  }

  /// Of a struct, one after the other: `void *function, size_t dimension`.
  mutating func fields() throws(Mistake) -> [CParameter] {
    let fields = try parameters(endingWith: nil)
    return fields
  }

  private typealias Declared = (
    name: String, type: CType, extent: ForeignExpression?, isPointerToFunction: Bool
  )

  private var next: String? { place < tokens.count ? tokens[place] : nil }

  private mutating func take(_ token: String) -> Bool {
    guard next == token else { return false }
    place += 1
    return true
  }

  private func end() throws(Mistake) {
    if let next { throw Mistake(message: "'\(next)' is not expected") }
  }

  private mutating func declarator() throws(Mistake) -> Declared {
    var (type, isConst) = try base()
    while take("*") {
      type = .pointer(type, isConst: isConst)
      isConst = take("const")
    }
    if take("(") {
      guard take("*") else { throw Mistake(message: "'(*' is expected for a function pointer") }
      let name = word() ?? ""
      guard take(")"), take("(") else {
        throw Mistake(message: "a function pointer is written: double (*f)(double x)")
      }
      let function = CFunction(
        name: name, result: type, parameters: try parameters(endingWith: ")"))
      return (name, .function(function), nil, true)
    }
    let name = word() ?? ""
    if take("(") {
      let function = CFunction(
        name: name, result: type, parameters: try parameters(endingWith: ")"))
      return (name, .function(function), nil, false)
    }
    guard take("[") else { return (name, type, nil, false) }
    let text = next ?? ""
    place += 1
    guard take("]") else { throw Mistake(message: "a ']' is missing") }
    var extent: ForeignExpression?
    if text.contains(where: { $0 != " " }) {
      do throws(ForeignExpression.Mistake) {
        extent = try ForeignExpression(text)
      } catch {
        throw Mistake(message: "in [\(text)]: \(error.message)")
      }
    }
    return (name, .pointer(type, isConst: isConst), extent, false)
  }

  private mutating func parameters(endingWith last: String?) throws(Mistake) -> [CParameter] {
    var list: [CParameter] = []
    if let last, take(last) { return list }
    repeat {
      let declared = try declarator()
      if case .void = declared.type, list.isEmpty, declared.name.isEmpty { break }
      guard declared.type.size != nil else {
        throw Mistake(
          message: "'\(declared.type)' is known by its name alone, and no value of it "
            + "can be passed: it needs a * or an entry in types")
      }
      let name = declared.name.isEmpty ? "argument\(list.count + 1)" : declared.name
      guard !list.contains(where: { $0.name == name }) else {
        throw Mistake(message: "two parameters are called '\(name)'")
      }
      list.append(CParameter(name: name, type: declared.type, extent: declared.extent))
    } while take(",")
    if let last, !take(last) {
      throw Mistake(message: "'\(last)' is expected" + (next.map { " before '\($0)'" } ?? ""))
    }
    if last == nil { try end() }
    return list
  }

  private static let qualifiers: Set = ["const", "struct", "enum", "signed", "unsigned", "long"]

  private mutating func base() throws(Mistake) -> (CType, isConst: Bool) {
    var isConst = false
    var words: [String] = []
    while let next, next.first?.isLetter == true || next.first == "_" {
      if next == "const" {
        isConst = true
      } else if next == "struct" {
        place += 1
        guard let name = word() else { throw Mistake(message: "the struct has no name") }
        return (.opaque(name), take("const") || isConst)
      } else if next == "enum" {
        place += 1
        _ = word()
        return (CType.named["int"]!, take("const") || isConst)
      } else if words.isEmpty || CType.named[(words + [next]).joined(separator: " ")] != nil
        || (words == ["long"] && next == "int") || (words == ["unsigned", "long"] && next == "int")
      {
        if !(words.last == "long" && next == "int") { words.append(next) }
      } else {
        break
      }
      place += 1
    }
    guard !words.isEmpty else {
      throw Mistake(
        message: next.map { "a type is expected before '\($0)'" }
          ?? "it ends where a type is expected")
    }
    let name = words.joined(separator: " ")
    return (CType.named[name] ?? typedefs[name] ?? .opaque(name), isConst)
  }

  private mutating func word() -> String? {
    guard let next, let first = next.first, first.isLetter || first == "_",
      !Self.qualifiers.contains(next), CType.named[next] == nil
    else { return nil }
    place += 1
    return next
  }
}
