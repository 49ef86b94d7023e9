/// How figures look on a dark page. Everything else stands in attributes, so that programs which
/// know no style sheets draw them too.
public enum FigureStyle {
  /// One line a rule; inside a page it is written once for all figures.
  static let sheet: String = {
    let colours = Palette.dark.enumerated().map { ".icl-c\($0.offset){color:\($0.element.text)}" }
    let rules =
      [".icl-figure{color:\(Palette.darkInk.text)}", ".icl-paper{fill:\(Palette.darkPaper.text)}"]
      + colours
    return "@media screen and (prefers-color-scheme:dark){\n\(rules.joined(separator: "\n"))\n}\n"
  }()

  static let fonts = "Helvetica, Arial, 'Liberation Sans', sans-serif"
  static let titleSize = 14.0
  static let panelTitleSize = 12.5
  static let labelSize = 12.0
  static let tickSize = 11.0
}
