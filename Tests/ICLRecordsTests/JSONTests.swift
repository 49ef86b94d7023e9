import Foundation
import ICLRecords
import Testing

@Suite struct JSONTests {
  @Test func objectsKeepTheirOrder() {
    let document: JSON = [
      "name": "a \"b\"\n\u{1}", "loss": [0.1, 1e300], "steps": 3, "none": nil, "good": true,
      "rows": [["k": 1]], "empty": [],
    ]
    #expect(
      document.text == """
        {
          "name": "a \\"b\\"\\n\\u0001",
          "loss": [0.1, 1e+300],
          "steps": 3,
          "none": null,
          "good": true,
          "rows": [
            {
              "k": 1
            }
          ],
          "empty": []
        }
        """)
  }

  /// Read back by another parser, every real is the same to the bit.
  @Test func realsAreExact() throws {
    var values = [
      0.1, 1.0 / 3, Double.leastNonzeroMagnitude, 1.7976931348623157e308, -0.0, 123456789.125,
    ]
    var bits: UInt64 = 1
    for _ in 0..<1000 {
      bits = bits &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let value = Double(bitPattern: bits)
      if value.isFinite { values.append(value) }
    }
    let text = JSON.reals(values).text
    let read = try JSONDecoder().decode([Double].self, from: Data(text.utf8))
    #expect(read.map(\.bitPattern) == values.map(\.bitPattern))
  }

  @Test func whatIsNotFiniteBecomesAText() throws {
    let values = JSON.reals([.nan, .infinity, -.infinity, 1])
    #expect(values.text == #"["NaN", "Infinity", "-Infinity", 1.0]"#)
    let read = try #require(try JSON(parsing: values.compact).reals)
    #expect(read[0].isNaN && read[1...] == [.infinity, -.infinity, 1])
  }

  @Test func oneLine() {
    let document: JSON = ["a": [1, nil], "b": ["c": false]]
    #expect(document.line == #"{"a": [1, null], "b": {"c": false}}"#)
    #expect(document.compact == #"{"a":[1,null],"b":{"c":false}}"#)
  }

  @Test func readBack() throws {
    let text = #" {"a" : [1, -2.5e-3, 1e2, -0, "\u00e9\ud83d\ude00\n\/"], "b": {}, "c":[ ]} "#
    let document: JSON = [
      "a": [1, -0.0025, 100.0, 0, "é😀\n/"], "b": .object([]), "c": [],
    ]
    #expect(try JSON(parsing: text) == document)
    #expect(try JSON(parsing: document.text) == document)
  }

  /// Each text, and the reader's reason with its byte. The last ones are known attacks on readers.
  @Test(arguments: [
    ("", 0, "it ends where a value is expected"),
    ("nul", 0, "a value is expected"),
    ("[1,]", 3, "a value is expected"),
    ("[1 2]", 3, "a comma or ] is expected"),
    ("{\"a\" 1}", 5, "a colon is expected"),
    ("{a:1}", 1, "a key in quotes is expected"),
    ("{\"a\":1,\"a\":2}", 7, "the key \"a\" is there twice"),
    ("01", 0, "a value is expected"),
    ("1.", 2, "a digit is expected"),
    ("1e", 2, "a digit is expected"),
    ("1e999", 0, "the number 1e999 does not fit in a Double"),
    ("+1", 0, "a value is expected"),
    ("NaN", 0, "a value is expected"),
    ("1 1", 2, "there is more after the document"),
    ("\"a", 0, "a text does not end"),
    ("\"\u{1}\"", 1, "a text has a control character that is not escaped"),
    ("\"\\x\"", 2, "an escape is unknown"),
    ("\"\\u12G4\"", 3, "four hexadecimal digits are expected"),
    ("\"\\ud800\"", 7, "an escape is half of a pair"),
    (String(repeating: "[", count: 100_000), 128, "it is nested more than 128 deep"),
  ])
  func refusals(text: String, byte: Int, reason: String) {
    do {
      _ = try JSON(parsing: text)
      Issue.record("it was read")
    } catch {
      #expect(error.byte == byte)
      #expect(error.text == reason)
    }
  }
}
