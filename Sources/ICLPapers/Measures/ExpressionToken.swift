import ICLTraining

/// The words of a formula.
struct ExpressionToken: Hashable {
  enum Kind: Hashable {
    case number(Double)
    case name(String)
    case symbol(String)
    case end
  }

  var kind: Kind
  /// From 1.
  var column: Int

  /// Names may hold '-' between letters and digits, so a difference of names needs spaces.
  static func all(in text: String) throws(Failure) -> [ExpressionToken] {
    let characters = Array(text)
    var tokens: [ExpressionToken] = []
    var place = 0
    let next = { (offset: Int) -> Character? in
      place + offset < characters.count ? characters[place + offset] : nil
    }
    while let character = next(0) {
      let column = place + 1
      if character.isWhitespace {
        place += 1
      } else if character.isDigit || (character == "." && next(1)?.isDigit == true) {
        let start = place
        while let digit = next(0) {
          let isPoint = digit == "." && next(1) != "."
          let isSign = (digit == "-" || digit == "+") && "eE".contains(characters[place - 1])
          guard digit.isDigit || isPoint || isSign && place > start || "eE".contains(digit)
          else { break }
          place += 1
        }
        let word = String(characters[start..<place])
        guard let number = Double(word.hasPrefix(".") ? "0" + word : word) else {
          throw .expression("'\(word)' is no number.", column)
        }
        tokens.append(ExpressionToken(kind: .number(number), column: column))
      } else if character.isNameStart {
        let start = place
        while let letter = next(0) {
          let isHyphen = letter == "-" && next(1).map { $0.isNameStart || $0.isDigit } == true
          guard letter.isNameStart || letter.isDigit || isHyphen else { break }
          place += 1
        }
        let word = String(characters[start..<place])
        tokens.append(ExpressionToken(kind: .name(word), column: column))
      } else {
        let pair = String([character, next(1) ?? " "])
        let symbol = ["<=", ">=", "==", ".."].contains(pair) ? pair : String(character)
        guard symbol.count == 2 || "+-*/^()[],<>".contains(character) else {
          throw .expression("'\(character)' means nothing here.", column)
        }
        tokens.append(ExpressionToken(kind: .symbol(symbol), column: column))
        place += symbol.count
      }
    }
    return tokens + [ExpressionToken(kind: .end, column: characters.count + 1)]
  }
}

extension Character {
  fileprivate var isDigit: Bool { isASCII && isNumber }
  fileprivate var isNameStart: Bool { isASCII && isLetter || self == "_" }
}

extension Failure {
  static func expression(_ message: String, _ column: Int, hint: String = "") -> Failure {
    Failure(.configuration, "\(message) (column \(column))", hint: hint)
  }
}
