import Glibc
import ICLReports
import Testing

/// What eyes can tell apart, computed from the colours alone.
@Suite struct PaletteTests {
  /// Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB.
  static let eyes: [(name: String, matrix: [[Double]])] = [
    ("all cones", [[1, 0, 0], [0, 1, 0], [0, 0, 1]]),
    (
      "no red cones",
      [
        [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
      ]
    ),
    (
      "no green cones",
      [
        [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
      ]
    ),
    (
      "no blue cones",
      [
        [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
      ]
    ),
  ]

  static func linear(_ colour: String) -> [Double] {
    let bits = UInt32(colour.dropFirst(), radix: 16) ?? 0
    return [16, 8, 0].map { shift in
      let value = Double(bits >> UInt32(shift) & 255) / 255
      return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
  }

  /// Björn Ottosson's OKLab.
  static func lab(_ rgb: [Double]) -> [Double] {
    let (r, g, b) = (max(rgb[0], 0), max(rgb[1], 0), max(rgb[2], 0))
    let l = cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    let m = cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    let s = cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    return [
      0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
      1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
      0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s,
    ]
  }

  static func luminance(_ colour: String) -> Double {
    let rgb = linear(colour)
    return 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]
  }

  @Test(arguments: [
    (Palette.lightColours, Palette.paperColours.light),
    (Palette.darkColours, Palette.paperColours.dark),
  ])
  func coloursStayApartForAllEyes(_ colours: [String], _ paper: String) {
    for (name, matrix) in Self.eyes {
      let labs = colours.map { colour in
        let rgb = Self.linear(colour)
        return Self.lab(matrix.map { row in zip(row, rgb).reduce(0) { $0 + $1.0 * $1.1 } })
      }
      for first in labs.indices {
        for second in labs.indices where second > first {
          let distance = zip(labs[first], labs[second]).reduce(0) { $0 + pow($1.0 - $1.1, 2) }
            .squareRoot()
          #expect(distance > 0.1, "\(colours[first]) and \(colours[second]), \(name)")
        }
      }
    }
    for colour in colours {
      let ends = [Self.luminance(colour), Self.luminance(paper)].sorted()
      #expect((ends[1] + 0.05) / (ends[0] + 0.05) >= 3, "\(colour) on \(paper)")
    }
  }
}
