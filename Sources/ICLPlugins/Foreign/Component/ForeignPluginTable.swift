internal import CICL

/// A manifest's components as the table of a plugin. It lives until the process ends.
struct ForeignPluginTable {
  let pointer: UnsafePointer<icl_plugin>
  private let texts = TextMemory()

  init(_ manifest: ForeignManifest) {
    let components = manifest.components.map { [texts] component in
      var raw = icl_component()
      raw.struct_size = UInt32(MemoryLayout<icl_component>.size)
      raw.kind = component.kind.rawValue
      raw.id = texts.keep(component.id)
      raw.version = texts.keep(component.version)
      raw.summary = texts.keep(component.summary)
      raw.options = Self.kept(component.options.map { Self.option($0, texts) })
      raw.option_count = UInt32(component.options.count)
      // The worker has a function of its own for all of them.
      raw.create = { _, _, _, _, _ in ICL_UNSUPPORTED }
      raw.destroy = { ForeignTables.destroy($0) }
      raw.interface =
        switch ForeignTables.interface(component.kind) {
        case .model(let table): UnsafeRawPointer(Self.kept([table]))
        case .task(let table): UnsafeRawPointer(Self.kept([table]))
        case .metric(let table): UnsafeRawPointer(Self.kept([table]))
        case .optimizer(let table): UnsafeRawPointer(Self.kept([table]))
        }
      return raw
    }
    var plugin = icl_plugin()
    plugin.struct_size = UInt32(MemoryLayout<icl_plugin>.size)
    plugin.name = texts.keep(manifest.name)
    plugin.version = texts.keep(manifest.version)
    plugin.license = texts.keep(manifest.license)
    plugin.url = manifest.url.flatMap(texts.keep)
    plugin.components = Self.kept(components)
    plugin.component_count = UInt32(components.count)
    pointer = Self.kept([plugin])
  }

  private static func option(_ declared: OptionDeclaration, _ texts: TextMemory) -> icl_option {
    var raw = icl_option()
    raw.struct_size = UInt32(MemoryLayout<icl_option>.size)
    raw.type = declared.type.rawValue
    raw.name = texts.keep(declared.name)
    raw.default_text = texts.keep(declared.defaultText)
    raw.summary = texts.keep(declared.summary)
    raw.unit = declared.unit.flatMap(texts.keep)
    if declared.minimum != nil || declared.maximum != nil {
      raw.minimum = declared.minimum ?? -.infinity
      raw.maximum = declared.maximum ?? .infinity
    }
    if !declared.choices.isEmpty {
      raw.choices = texts.keep(declared.choices.joined(separator: "|"))
    }
    return raw
  }

  private static func kept<Element>(_ values: [Element]) -> UnsafePointer<Element> {
    let memory = UnsafeMutablePointer<Element>.allocate(capacity: max(values.count, 1))
    memory.initialize(from: values, count: values.count)
    return UnsafePointer(memory)
  }
}
