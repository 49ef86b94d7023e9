import ICLPlugins
import Testing

/// The fixture with one component of each kind.
struct Components {
  let workshop: Workshop
  let library: PluginLibrary

  init() throws {
    workshop = try Workshop()
    library = try load(path: try workshop.build(fixture: "components.c"))
  }

  func component(_ id: String) throws -> Component {
    try #require(library.components.first { $0.id == id })
  }
}
