import ArgumentParser
import ICLTraining

struct RegistryEmitShim: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "emit-shim",
    abstract: "Writes the manifest of a foreign library as the source of a plugin in C.",
    discussion: """
      The plugin calls the library directly, at full speed and in this process. Its first lines say \
      how it is built.

      EXAMPLES:
        icl-host registry emit-shim Plugins/Foreign/LAPACK/lapack.foreign.json > lapack.c
      """)

  @Argument(help: ArgumentHelp("A manifest: *.foreign.json.", valueName: "manifest"))
  var path: String

  func run() throws {
    Terminal.write(try ShimFile(manifest: path).text)
  }
}
