/// A picture of dots, two across and four down in each character (braille), with letters over them.
struct DotCanvas {
  let columns: Int
  let rows: Int
  private var dots: [UInt8]
  private var letters: [Character?]
  private var inks: [Int?]

  init(columns: Int, rows: Int) {
    self.columns = max(columns, 1)
    self.rows = max(rows, 1)
    dots = Array(repeating: 0, count: self.columns * self.rows)
    letters = Array(repeating: nil, count: dots.count)
    inks = Array(repeating: nil, count: dots.count)
  }

  var width: Int { 2 * columns }
  var height: Int { 4 * rows }

  /// The bits of U+2800 for a dot, by column and row.
  private static let bits: [[UInt8]] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]]

  /// Dots outside are left out; the origin is at the top left.
  mutating func set(_ x: Int, _ y: Int, ink: Int?) {
    guard (0..<width).contains(x), (0..<height).contains(y) else { return }
    let cell = y / 4 * columns + x / 2
    dots[cell] |= Self.bits[x % 2][y % 4]
    if let ink { inks[cell] = ink }
  }

  /// A straight line; `pattern` says which of its dots are set, by their number.
  mutating func segment(
    _ from: (x: Double, y: Double), _ to: (x: Double, y: Double), ink: Int?,
    pattern: (Int) -> Bool
  ) {
    let count = Int(max(abs(to.x - from.x), abs(to.y - from.y)).rounded(.up))
    for number in 0...max(count, 1) {
      let part = Double(number) / Double(max(count, 1))
      let x = Int((from.x + (to.x - from.x) * part).rounded())
      let y = Int((from.y + (to.y - from.y) * part).rounded())
      if pattern(x + y) { set(x, y, ink: ink) }
    }
  }

  mutating func put(_ letter: Character, atDot x: Int, _ y: Int, ink: Int?) {
    guard (0..<width).contains(x), (0..<height).contains(y) else { return }
    let cell = y / 4 * columns + x / 2
    letters[cell] = letter
    inks[cell] = ink
  }

  func line(_ row: Int, isColoured: Bool) -> String {
    (row * columns..<(row + 1) * columns).map { cell in
      let letter =
        letters[cell]
        ?? (dots[cell] == 0
          ? " " : Character(Unicode.Scalar(0x2800 + UInt32(dots[cell]))!))
      return TerminalInk.painted(String(letter), isColoured ? inks[cell] : nil)
    }.joined()
  }
}

/// The palette in the 256 colours of terminals.
enum TerminalInk {
  private static let codes = [69, 166, 36, 133, 178, 39, 131]

  static func painted(_ text: String, _ ink: Int?) -> String {
    guard let ink, text != " " else { return text }
    return "\u{1B}[38;5;\(codes[ink % codes.count])m\(text)\u{1B}[0m"
  }
}
