/// A label whose `^{…}` and `_{…}` are raised and lowered.
struct RichText: Hashable {
  enum Height: Hashable { case normal, raised, lowered }
  struct Run: Hashable {
    var text: String
    var height: Height
  }

  private(set) var runs: [Run] = []

  init(_ source: String) {
    var rest = Substring(source)
    var normal = ""
    while let first = rest.first {
      if first == "^" || first == "_", rest.dropFirst().first == "{",
        let end = rest.firstIndex(of: "}")
      {
        if !normal.isEmpty { runs.append(Run(text: normal, height: .normal)) }
        normal = ""
        let inside = rest[rest.index(rest.startIndex, offsetBy: 2)..<end]
        runs.append(Run(text: String(inside), height: first == "^" ? .raised : .lowered))
        rest = rest[rest.index(after: end)...]
      } else {
        normal.append(first)
        rest = rest.dropFirst()
      }
    }
    if !normal.isEmpty { runs.append(Run(text: normal, height: .normal)) }
  }

  /// In pixels, for a sans-serif letter of this size.
  func width(_ size: Double) -> Double {
    runs.reduce(0) {
      $0 + TextWidth.of($1.text, size: $1.height == .normal ? size : size * Self.smallSize)
    }
  }

  /// In plain characters: 10^-3.
  var plain: String {
    runs.map { ($0.height == .raised ? "^" : $0.height == .lowered ? "_" : "") + $0.text }.joined()
  }

  static let smallSize = 0.72
}

/// How wide text is in Helvetica and the fonts made to its measure (Arial, Liberation Sans).
enum TextWidth {
  static func of(_ text: String, size: Double) -> Double {
    text.unicodeScalars.reduce(0) { $0 + advance($1) } * size / 1000
  }

  /// In thousandths of the letter size.
  private static func advance(_ scalar: Unicode.Scalar) -> Double {
    let index = Int(scalar.value) - 32
    if widths.indices.contains(index) { return Double(widths[index]) }
    if scalar == "−" || scalar == "×" { return 584 }
    // East Asian letters are as wide as high.
    return scalar.value >= 0x2E80 ? 1000 : 600
  }

  /// From the space to the tilde.
  private static let widths: [UInt16] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
    611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
    667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
  ]
}
