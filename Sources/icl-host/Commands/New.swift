import ArgumentParser
import ICLTemplates
import ICLTraining

struct New: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new",
    abstract: "Writes a small package with a plugin that works, to begin from.",
    discussion: """
      The package holds the component, its build file, a test, a README, and the interface that it is \
      built against: it needs nothing else of icl-host until it is tried.

      EXAMPLES:
        icl-host new model my-attention --language c
        icl-host new task my-regression --language swift --into ~/plugins
      """)

  @Argument(help: "What it offers: model, task, metric or optimizer.")
  var kind: PackageTemplate.Kind
  @Argument(help: "Its name, in kebab-case: my-attention.")
  var name: String
  @Option(name: .long, help: "The language: c, cpp, rust or swift.")
  var language: PackageTemplate.Language
  @Option(
    name: .long,
    help: ArgumentHelp("The folder to put it in (default: the current one).", valueName: "folder"))
  var into = "."
  @OptionGroup var installation: InstallationOptions

  func run() throws {
    guard let component = ComponentName(name) else {
      throw Failure(
        .usage, key: "name",
        "expected kebab-case that begins with a letter, such as my-attention, found '\(name)'.")
    }
    let folder = "\(into)/\(component.kebab)"
    let template = PackageTemplate(kind, language, from: try installation.found.templateSources)
    let files = try template.write(component, to: folder)
    Terminal.print(
      """
      \(folder): a \(kind) in \(language.title)
      \(files.map { "  \($0)" }.joined(separator: "\n"))

      Build it and try it:
        cd \(folder)
        make
        make test
      """)
  }
}

extension PackageTemplate.Kind: ExpressibleByArgument {}
extension PackageTemplate.Language: ExpressibleByArgument {
  fileprivate var title: String {
    switch self {
    case .c: "C"
    case .cpp: "C++"
    case .rust: "Rust"
    case .swift: "Swift"
    }
  }
}
