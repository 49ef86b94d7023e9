import Foundation
import Glibc
import ICLPlugins

/// Components of libraries that never heard of us, by the manifests in Plugins/Foreign.
enum Foreign {
  static let products = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent()
  static let repository = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  static let program = products.appending(path: "icl-host").path
  static let worker = ForeignPolicy.worker(program: program)

  static func catalog(_ policy: ForeignPolicy = worker) -> PluginCatalog {
    PluginCatalog(
      SearchPath(
        folders: [products.path], foreign: [repository.appending(path: "Plugins/Foreign").path]),
      foreign: policy)
  }

  /// Whether a library can be opened; tests of it are skipped where it cannot.
  static func has(_ library: String) -> Bool { dlopen(library, RTLD_NOW) != nil }

  static let lapack = has("liblapack.so.3") && has("libblas.so.3")
  static let gsl = has("libgsl.so.27") && has("libgslcblas.so.0")
  static let nlopt = has("libnlopt.so.0")
  static let minpack = has("libminpack.so.1")

  /// Normal numbers that do not change: a sum of twelve uniform ones of a linear generator.
  static func numbers(_ count: Int, seed: UInt64) -> [Double] {
    var state = seed
    return (0..<count).map { _ in
      (0..<12).reduce(-6.0) { sum, _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return sum + Double(state >> 11) * 0x1p-53
      }
    }
  }
}
