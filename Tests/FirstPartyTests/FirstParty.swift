import Foundation
import ICLPlugins
import Testing

/// The plugins of this package, as they were built beside this test.
enum FirstParty {
  static func component(_ plugin: String) throws -> Component {
    let folder = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent()
    let library = try PluginLibrary.load(
      path: folder.appending(path: "lib\(plugin).so").path)
    return try #require(library.components.first)
  }

  static func regression(
    pairs n: Int, dimension d: Int, outputs o: Int = 1, _ scoring: Signature.Scoring,
    properties: [String: Double] = [:]
  ) -> Signature {
    let positions = scoring == .query ? 1 : n + 1
    return Signature(
      scoring: scoring, contextLength: n, inputDimension: d, outputDimension: o,
      positions: positions,
      tensors: [
        .init(name: "x", role: .input, shape: [n + 1, d]),
        .init(name: "y", role: .input, shape: [n, o]),
        .init(name: "target", role: .target, shape: [positions, o]),
      ], properties: properties)
  }
}

func isClose(_ a: [Double], _ b: [Double], _ tolerance: Double) -> Bool {
  a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= tolerance }
}

/// A tensor, row-major, from its indices.
func table(_ shape: [Int], _ value: (_ index: [Double]) -> Double) -> [Double] {
  (0..<shape.reduce(1, *)).map { number in
    var rest = number
    var index = [Double](repeating: 0, count: shape.count)
    for axis in shape.indices.reversed() {
      index[axis] = Double(rest % shape[axis])
      rest /= shape[axis]
    }
    return value(index)
  }
}
