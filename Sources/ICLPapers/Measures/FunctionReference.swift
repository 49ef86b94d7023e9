/// The functions of formulas, as docs/reproduce.md lists them.
public enum FunctionReference {
  /// "| `at(series, step)` | the value at a step ... |"
  public static var lines: [String] {
    let functions = Function.alongSteps + Function.overRuns + Function.overElements
    return (functions + Function.numberByNumber + Function.special).map {
      "| `\($0.signature)` | \($0.summary) |"
    }
  }
}

extension Function {
  /// "crossing(series, level[, which])"
  var signature: String {
    let needed = parameters.dropLast(optional).joined(separator: ", ")
    return "\(name)(\(needed)" + parameters.suffix(optional).map { "[, \($0)]" }.joined() + ")"
  }
}
