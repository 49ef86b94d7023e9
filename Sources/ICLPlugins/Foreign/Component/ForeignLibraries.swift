internal import CICL
internal import Synchronization

/// Manifests that were read, as libraries of components: one for each text, or for each worker.
enum ForeignLibraries {
  private struct Key: Hashable {
    var path: String
    var text: String
  }

  private static let known = Mutex<[Key: PluginLibrary]>([:])

  /// Manifests of foreign libraries end like this.
  static let suffix = ".foreign.json"

  static func load(
    path: String, policy: ForeignPolicy, floatingPoint: FloatingPointPolicy
  ) throws(PluginError) -> PluginLibrary {
    let text = try text(path)
    if case .worker(let program, let callLimit) = policy {
      // Wrong manifests are refused before there is a process.
      let manifest = try ForeignManifest(json: text, path: path)
      return try IsolatedLibraries.library(path: path) { () throws(PluginError) in
        try .inWorker(
          WorkerProcess(
            path: path, opening: path, descriptor: -1, [program, ForeignWorker.command],
            callLimit: callLimit, stopLimit: .milliseconds(200)),
          path: path, floatingPoint, foreign: ForeignFunctions(manifest))
      }
    }
    let key = Key(path: path, text: text)
    if let library = known.withLock({ $0[key] }) { return library }
    let manifest = try ForeignManifest(json: text, path: path)
    let library = PluginLibrary(
      path: path, name: manifest.name, version: manifest.version, license: manifest.license,
      url: manifest.url, floatingPoint: floatingPoint)
    for (index, component) in manifest.components.enumerated() {
      let maker = ForeignMaker(manifest, path: path, index: index)
      guard let create = ForeignTables.create(maker) else {
        throw PluginError(.callFailed, "libffi can make no function here.", path: path)
      }
      var raw = icl_component()
      raw.struct_size = UInt32(MemoryLayout<icl_component>.size)
      raw.kind = component.kind.rawValue
      raw.create = unsafeBitCast(create, to: Create.self)
      raw.destroy = { ForeignTables.destroy($0) }
      library.add(
        Component(
          library: library, index: index, kind: component.kind, id: component.id,
          version: component.version,
          summary: component.summary, options: component.options, raw: raw,
          interface: ForeignTables.interface(component.kind)))
    }
    // Where two threads read it at once, both get the first.
    return known.withLock { known in
      let kept = known[key] ?? library
      known[key] = kept
      return kept
    }
  }

  private typealias Create =
    @convention(c) (
      UnsafePointer<icl_host>?, UnsafePointer<UnsafePointer<icl_value>?>?, UInt32,
      UnsafeMutablePointer<UnsafeMutableRawPointer?>?, UnsafeMutablePointer<icl_error>?
    ) -> Int32

  /// What can be named in a manifest, without opening its libraries.
  static func entries(path: String) throws(PluginError) -> [PluginCatalog.Entry] {
    let manifest = try ForeignManifest(json: try text(path), path: path)
    return manifest.components.map {
      PluginCatalog.Entry(
        plugin: manifest.name, path: path, kind: $0.kind, id: $0.id, version: $0.version,
        summary: $0.summary, options: $0.options)
    }
  }

  static func text(_ path: String) throws(PluginError) -> String {
    let file = try FileBytes(path: path)
    return String(decoding: file.read(at: 0, count: file.size) ?? [], as: UTF8.self)
  }
}
