import ArgumentParser
import ICLRecords

struct OutputOptions: ParsableArguments {
  @Flag(name: .long, help: "Write one JSON document to standard output, and nothing else there.")
  var json = false

  func show(_ document: JSON, text: () -> String) {
    Terminal.print(json ? document.text : text())
  }
}
