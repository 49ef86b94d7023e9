import ICLPlugins
import Testing

@Suite struct OptionTests {
  private static let options = [
    OptionDeclaration(
      name: "context-length", type: .integer, defaultText: "16", summary: "", unit: "pairs",
      minimum: 1, maximum: 4096),
    OptionDeclaration(
      name: "noise-variance", type: .real, defaultText: "0.25", summary: "", minimum: 0),
    OptionDeclaration(name: "centred", type: .boolean, defaultText: "no", summary: ""),
    OptionDeclaration(name: "label", type: .text, defaultText: "", summary: ""),
    OptionDeclaration(
      name: "scoring", type: .choice, defaultText: "query", summary: "",
      choices: ["query", "every-prefix"]),
    OptionDeclaration(
      name: "spectrum", type: .reals, defaultText: "", summary: "", minimum: 0, maximum: 9),
    OptionDeclaration(name: "shift", type: .real, defaultText: "0", summary: "", unit: "nats"),
    OptionDeclaration(name: "cap", type: .real, defaultText: "0", summary: "", maximum: 2),
  ]

  static let accepted: [(name: String, text: String, value: OptionValue)] = [
    ("context-length", "4096", .integer(4096)),
    ("context-length", "+5", .integer(5)),
    ("noise-variance", "1e-3", .real(0.001)),
    ("noise-variance", "0", .real(0)),
    ("shift", "-1.5", .real(-1.5)),
    ("centred", "Yes", .boolean(true)),
    ("centred", "true", .boolean(true)),
    ("centred", "1", .boolean(true)),
    ("centred", "FALSE", .boolean(false)),
    ("centred", "0", .boolean(false)),
    ("label", "any text, really", .text("any text, really")),
    ("scoring", "every-prefix", .choice(index: 1, text: "every-prefix")),
    ("spectrum", "", .reals([])),
    ("spectrum", "1,0.5, 0.25", .reals([1, 0.5, 0.25])),
  ]

  @Test(arguments: accepted.indices) func isRead(_ index: Int) throws {
    let row = Self.accepted[index]
    let option = try #require(Self.options.first { $0.name == row.name })
    let value = try OptionParser.parse(row.text, for: option)
    #expect(value == row.value)
    #expect(try OptionParser.parse("\(value)", for: option) == value, "what is written is read")
  }

  static let refused: [(name: String, text: String, message: String)] = [
    ("context-length", "0", "expected a whole number from 1 to 4096 pairs, found '0'."),
    ("context-length", "2.5", "expected a whole number from 1 to 4096 pairs, found '2.5'."),
    ("context-length", "-3", "expected a whole number from 1 to 4096 pairs, found '-3'."),
    (
      "context-length", "99999999999999999999",
      "expected a whole number from 1 to 4096 pairs, found '99999999999999999999'."
    ),
    ("noise-variance", "nan", "expected a number of at least 0, found 'nan'."),
    ("noise-variance", "inf", "expected a number of at least 0, found 'inf'."),
    ("noise-variance", "1e999", "expected a number of at least 0, found '1e999'."),
    ("noise-variance", "-1", "expected a number of at least 0, found '-1'."),
    ("noise-variance", "", "expected a number of at least 0, found ''."),
    ("noise-variance", "0,5", "expected a number of at least 0, found '0,5'."),
    ("shift", "much", "expected a number (nats), found 'much'."),
    ("cap", "3", "expected a number of at most 2, found '3'."),
    ("centred", "maybe", "expected true or false, found 'maybe'."),
    ("scoring", "Query", "expected one of query, every-prefix, found 'Query'."),
    (
      "spectrum", "1,,2",
      "expected numbers from 0 to 9 with commas between them, such as 1,0.5,0.25, found '1,,2'."
    ),
    (
      "spectrum", "1,nan",
      "expected numbers from 0 to 9 with commas between them, such as 1,0.5,0.25, found '1,nan'."
    ),
    (
      "spectrum", "1,10",
      "expected numbers from 0 to 9 with commas between them, such as 1,0.5,0.25, found '1,10'."
    ),
  ]

  @Test(arguments: refused.indices) func isRefused(_ index: Int) throws {
    let row = Self.refused[index]
    let option = try #require(Self.options.first { $0.name == row.name })
    let error = try #require(
      refusal { _ = try OptionParser.parse(row.text, for: option, owner: "task") })
    #expect(error.code == .badOption)
    #expect(error.message == row.message)
    #expect(error.path == "task." + row.name)
    #expect(error.exitCode == 64)
  }

  @Test func defaultsFillWhatIsMissing() throws {
    let values = try OptionParser.values(["noise-variance": "2"], for: Self.options)
    #expect(values.map(\.description) == ["16", "2", "false", "", "query", "", "0", "0"])
  }

  @Test func anUnknownOptionNamesTheNearest() throws {
    let error = try #require(
      refusal {
        _ = try OptionParser.values(["context-lenght": "3"], for: Self.options, owner: "task")
      })
    #expect(error.code == .unknownOption)
    #expect(
      error.description
        == "task.context-lenght: there is no such option. Did you mean 'context-length'?")
    let far = try #require(
      refusal { _ = try OptionParser.values(["zzzzzz": "3"], for: Self.options) })
    #expect(far.hint.hasPrefix("The options are: cap, centred, context-length,"))
  }

  @Test func nearestNames() {
    let names = ["linear-attention", "ridge", "least-squares", "adam"]
    #expect(nearestName(to: "rigde", among: names) == "ridge")
    #expect(nearestName(to: "liner-atention", among: names) == "linear-attention")
    #expect(nearestName(to: "linear", among: names) == "linear-attention")
    #expect(nearestName(to: "adm", among: names) == "adam")
    #expect(nearestName(to: "transformer", among: names) == nil)
    #expect(nearestName(to: "x", among: names) == nil)
    #expect(nearestName(to: "ridge", among: []) == nil)
  }
}
