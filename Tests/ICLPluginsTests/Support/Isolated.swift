import Foundation
import ICLPlugins

/// Whether tests load their plugins into worker processes.
enum Isolated {
  @TaskLocal static var isOn = false
  /// What a worker is offered.
  @TaskLocal static var services = HostServices.shared

  struct Nobody: PluginTrust {
    func trusts(_ path: String) -> Bool { false }
  }

  static let products = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().path

  static func isolation(limit: Duration = .seconds(60)) -> Isolation {
    var isolation = Isolation(
      .always, trust: Nobody(), programs: Isolation.programs(executableFolder: products),
      callLimit: limit)
    isolation.services = services
    return isolation
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
