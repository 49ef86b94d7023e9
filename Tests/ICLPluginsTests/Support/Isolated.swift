import Foundation
import ICLPlugins

/// Whether tests load their plugins into worker processes.
enum Isolated {
  @TaskLocal static var isOn = false

  struct Nobody: PluginTrust {
    func trusts(_ path: String) -> Bool { false }
  }

  static let products = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().path

  static func isolation(limit: Duration = .seconds(60)) -> Isolation {
    Isolation(
      .always, trust: Nobody(), programs: Isolation.programs(executableFolder: products),
      callLimit: limit)
  }
}

/// The library, in a worker where the test is run so.
func load(
  path: String, floatingPoint: FloatingPointPolicy = .refuse
) throws(PluginError) -> PluginLibrary {
  try PluginLibrary.load(
    path: path, floatingPoint: floatingPoint,
    isolation: Isolated.isOn ? Isolated.isolation() : nil)
}
