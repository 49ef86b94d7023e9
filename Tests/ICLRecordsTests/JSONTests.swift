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

  @Test func whatIsNotFiniteBecomesNull() {
    #expect(JSON.reals([.nan, .infinity, 1]).text == "[null, null, 1.0]")
  }
}
