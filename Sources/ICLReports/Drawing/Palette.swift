/// The colours, marker shapes and dashes of all the project's figures.
///
/// Seven hues in the spirit of Okabe and Ito. They were chosen so that any two stay apart for eyes
/// without red, green or blue cones (Machado, Oliveira and Fernandes 2009, at full severity) by 0.1
/// in OKLab, with a contrast of at least 3 to the paper; a test computes both.
public enum Palette {
  static let light: [Colour] = [
    0x364D9E, 0xD02715, 0x1F8D79, 0x94205C, 0xC28507, 0x0099FE, 0x660038,
  ].map(Colour.init)

  /// The same hues on a dark page.
  static let dark: [Colour] = [
    0x2378FF, 0xEBAB69, 0x14D0CD, 0xB56BAD, 0xFFEC6F, 0xA8F8FF, 0xD04E00,
  ].map(Colour.init)

  static let paper = Colour(0xFFFFFF)
  static let darkPaper = Colour(0x14161A)
  static let ink = Colour(0x1C1E21)
  static let darkInk = Colour(0xE4E6E9)

  /// As "#364D9E", for tests of what eyes can tell apart and for other pages of the project.
  public static let lightColours = light.map(\.text)
  public static let darkColours = dark.map(\.text)
  public static let paperColours = (light: paper.text, dark: darkPaper.text)

  /// Marker shapes as relative paths around a point, 6 to 7 pixels wide.
  static let markers = [
    "m-3,0a3,3 0 1,0 6,0a3,3 0 1,0 -6,0z",
    "m-2.7,-2.7h5.4v5.4h-5.4z",
    "m0,-3.7l3.5,6.2h-7z",
    "m0,-4l3.4,4l-3.4,4l-3.4,-4z",
    "m0,3.7l3.5,-6.2h-7z",
    "m-1.1,-3.5h2.2v2.4h2.4v2.2h-2.4v2.4h-2.2v-2.4h-2.4v-2.2h2.4z",
    "m0,-3.8l3.6,2.6l-1.4,4.2h-4.4l-1.4,-4.2z",
  ]

  static let theoryDash = "6 3.5"
  static let referenceDash = "1.5 3"
  /// Of measured lines, when the palette is used for the second and the third time.
  static let laterDashes = ["11 2.5 2 2.5", "11 2.5 2 2.5 2 2.5"]

  /// From dark violet to yellow, growing in lightness: for matrices of one sign.
  static let sequential: [Colour] = [
    0x2A0A4A, 0x3B2C85, 0x2F5597, 0x1F7A96, 0x1E9D86, 0x57BC64, 0xA9D24A, 0xF4E85B,
  ].map(Colour.init)

  /// From blue over white to red-brown: for matrices of both signs.
  static let diverging: [Colour] = [
    0x123A7A, 0x2F6DB5, 0x82B1DD, 0xD3E3F2, 0xF7F7F7, 0xF8DCCB, 0xE8A583, 0xC65A3C, 0x7E1D1A,
  ].map(Colour.init)

  /// The colour at a place from 0 to 1.
  static func colour(of map: [Colour], at place: Double) -> Colour {
    let scaled = min(max(place, 0), 1) * Double(map.count - 1)
    let index = min(Int(scaled), map.count - 2)
    return map[index].mixed(with: map[index + 1], scaled - Double(index))
  }
}
