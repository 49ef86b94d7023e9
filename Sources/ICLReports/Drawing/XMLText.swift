/// Markup as it is written: elements on lines of their own, indented, all texts escaped.
public struct XMLText {
  private(set) var text = ""
  private var openNames: [String] = []

  typealias Attributes = KeyValuePairs<String, String?>

  /// Starts an element; attributes that are nil are left out.
  mutating func open(_ name: String, _ attributes: Attributes = [:]) {
    startLine()
    text += "<\(name)\(Self.text(attributes))>\n"
    openNames.append(name)
  }

  mutating func close() {
    let name = openNames.removeLast()
    startLine()
    text += "</\(name)>\n"
  }

  /// An element without elements inside, on one line.
  mutating func leaf(_ name: String, _ attributes: Attributes = [:], _ content: String? = nil) {
    startLine()
    guard let content else {
      text += "<\(name)\(Self.text(attributes))/>\n"
      return
    }
    text += "<\(name)\(Self.text(attributes))>\(Self.escaped(content))</\(name)>\n"
  }

  /// An element whose content is markup already.
  mutating func leaf(_ name: String, _ attributes: Attributes = [:], markup: String) {
    startLine()
    text += "<\(name)\(Self.text(attributes))>\(markup)</\(name)>\n"
  }

  /// Whole lines of markup.
  mutating func add(markup: String) { text += markup.last == "\n" ? markup : markup + "\n" }

  private mutating func startLine() {
    text += String(repeating: " ", count: openNames.count)
  }

  private static func text(_ attributes: Attributes) -> String {
    attributes.reduce(into: "") { result, attribute in
      if let value = attribute.value { result += " \(attribute.key)=\"\(escaped(value))\"" }
    }
  }

  /// Safe as content and inside quotation marks, in XML and in HTML; control characters, which XML
  /// cannot hold, become the replacement character.
  public static func escaped(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result.append(contentsOf: "&amp;".unicodeScalars)
      case "<": result.append(contentsOf: "&lt;".unicodeScalars)
      case ">": result.append(contentsOf: "&gt;".unicodeScalars)
      case "\"": result.append(contentsOf: "&quot;".unicodeScalars)
      case "'": result.append(contentsOf: "&#39;".unicodeScalars)
      case "\n", "\t": result.append(scalar)
      case _ where scalar.value < 0x20 || scalar.value == 0x7F || scalar.value & 0xFFFE == 0xFFFE:
        result.append("\u{FFFD}")
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}
