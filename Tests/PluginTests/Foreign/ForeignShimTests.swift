import Foundation
import ICLPlugins
import Testing

/// The plugins in C that manifests are turned into give the same numbers.
@Suite struct ForeignShimTests {
  private func shim(_ workshop: ForeignWorkshop, _ manifest: String) throws -> String {
    let path = Foreign.repository.appending(path: "Plugins/Foreign/\(manifest)").path
    let shim = try ForeignShim(manifestAt: path)
    try workshop.write(shim.text, "shim.c")
    let libraries = shim.text.split(separator: "\n").first { $0.contains("-o lib") }!
      .split(separator: " ").filter { $0.hasPrefix("-l") }.map(String.init)
    let include = Foreign.repository.appending(path: "Sources/CICL/include").path
    try workshop.run(
      "gcc",
      [
        "-std=c11", "-O2", "-Wall", "-Werror", "-shared", "-fPIC", "-fvisibility=hidden", "-I",
        include, "shim.c", "-o", "shim.so",
      ] + libraries)
    return workshop.folder.appending(path: "shim.so").path
  }

  @Test(
    .enabled(if: Foreign.lapack, "needs Debian's liblapack3"),
    arguments: ["lapack-ridge", "lapack-least-squares"])
  func models(_ id: String) throws {
    let workshop = try ForeignWorkshop()
    let path = try shim(workshop, "LAPACK/lapack.foreign.json")
    let signature = FirstParty.regression(
      3, context: 5, outputs: 2, properties: ["noise-variance": 0.3, "prior-variance": 2])
    let x = Foreign.numbers(20 * 18, seed: 4)
    let y = Foreign.numbers(20 * 10, seed: 5)
    func predict(_ name: String) throws -> [Double] {
      try Foreign.catalog().resolve(name, kind: .model).makeModel()
        .predict(signature: signature, count: 20, inputs: [x, y])
    }
    #expect(try predict("\(path)#\(id)") == predict(id))
  }

  @Test(.enabled(if: Foreign.nlopt, "needs Debian's libnlopt0"))
  func optimizerWithUserPointer() throws { try optimizer("NLopt/nlopt", "nlopt") }

  @Test(.enabled(if: Foreign.minpack, "needs Debian's libminpack1"))
  func optimizerWithout() throws { try optimizer("MINPACK/minpack", "minpack-hybrid") }

  private func optimizer(_ manifest: String, _ id: String) throws {
    let workshop = try ForeignWorkshop()
    let path = try shim(workshop, "\(manifest).foreign.json")
    func minimize(_ name: String) throws -> [Double] {
      var place = [0.3, -0.7]
      _ = try Foreign.catalog().resolve(name, kind: .optimizer).makeOptimizer()
        .minimize(&place) { x, gradient in
          gradient[0] = 4 * x[0] * x[0] * x[0] - 1
          gradient[1] = 2 * (x[1] - 2)
          return pow(x[0], 4) - x[0] + (x[1] - 2) * (x[1] - 2)
        }
      return place
    }
    let found = try minimize(path)
    #expect(found == (try minimize(id)))
    #expect(abs(found[0] - pow(0.25, 1.0 / 3)) < 1e-6 && abs(found[1] - 2) < 1e-6)
  }

  /// GSL's task, metric and gradient flow in one plugin.
  @Test(.enabled(if: Foreign.gsl, "needs Debian's libgsl27"))
  func theRest() throws {
    let workshop = try ForeignWorkshop()
    let path = try shim(workshop, "GSL/gsl.foreign.json")
    func flow(_ name: String) throws -> [Double] {
      var place = [0.2, 0.1]
      _ = try Foreign.catalog().resolve(name, kind: .optimizer).makeOptimizer(["time": "2"])
        .minimize(&place) { x, gradient in
          (gradient[0], gradient[1]) = (x[0] - 1, 3 * x[1])
          return 0.5 * (x[0] - 1) * (x[0] - 1) + 1.5 * x[1] * x[1]
        }
      return place
    }
    #expect(try flow(path) == flow("gsl-gradient-flow"))
    func shape(_ name: String) throws -> [[Double]] {
      let metric = try Foreign.catalog().resolve(name, kind: .metric).makeMetric()
      try metric.begin(FirstParty.regression(1, context: 1))
      for seed in [1, 2] as [UInt64] {
        let values = Foreign.numbers(80, seed: seed)
        try metric.accumulate(
          EvaluationChunk(count: 40, predictions: values, targets: values, losses: values))
      }
      return try metric.finish().map(\.values)
    }
    #expect(try shape(path) == shape("gsl-loss-shape"))
    let task = try Foreign.catalog().resolve(path, kind: .task).makeTask(["dimension": "3"])
    #expect(
      task.signature
        == (try Foreign.catalog().resolve("gsl-sphere", kind: .task)
          .makeTask(["dimension": "3"]).signature))
  }
}
