import Foundation
import ICLPlugins
import Testing

/// A case of Goldens/goldens.json or sequences.json, which the scripts beside them computed.
struct Golden: Decodable, CustomTestStringConvertible {
  var name, model: String
  var settings: [String: String]
  var every_prefix: Bool
  var context, inputs, outputs, prompts: Int
  var x, y, target, predictions: [Double]
  var parameters, gradients: [String: [Double]]
  var loss: Double

  var testDescription: String { name }

  static let all: [Golden] = {
    ["goldens", "sequences"].flatMap { name in
      let file = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Goldens/\(name).json")
      return try! JSONDecoder().decode([Golden].self, from: Data(contentsOf: file))
    }
  }()

  var signature: Signature {
    var signature = FirstParty.regression(
      inputs, context: context, outputs: outputs, everyPrefix: every_prefix)
    if context == 0 { signature.tensors.removeAll { $0.name == "y" } }
    return signature
  }
}

@Suite struct GoldenTests {
  @Test(arguments: Golden.all) func lossAndGradients(_ golden: Golden) throws {
    let bench = try Bench(
      FirstParty.model(golden.model, golden.settings), golden.signature)
    #expect(Set(bench.parameterNames) == Set(golden.parameters.keys))
    let result = try bench.run(
      prompts: golden.prompts, ["x": golden.x, "y": golden.y, "target": golden.target],
      parameters: golden.parameters)
    #expect(relativeError(result.predictions, golden.predictions) < 1e-10)
    #expect(relativeError([result.loss], [golden.loss]) < 1e-10)
    // Softmax does not feel a bias of its keys: such a gradient is 0 but for rounding of the others.
    let largest = golden.gradients.values.joined().map(\.magnitude).max() ?? 0
    for (name, gradient) in golden.gradients {
      let size = gradient.map(\.magnitude).max() ?? 0
      let error = relativeError(result.gradients[name] ?? [], gradient)
      #expect(error * size < 1e-10 * max(size, 1e-4 * largest), "gradient of \(name)")
    }
  }
}
