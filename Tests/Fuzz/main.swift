import Foundation

/// What the command line says.
struct Arguments {
  var target: String
  var seconds = 20.0
  var seed: UInt64 = 0
  /// Only this input, in this process.
  var iteration: UInt64?
  /// A child's: where to begin, and where to say what it is at.
  var start: UInt64 = 0
  var progress: String?

  init(_ words: [String]) throws {
    let found = words.first ?? ""
    guard FuzzTargets.names.contains(found) else {
      throw Contradiction(
        "expected a target: \(FuzzTargets.names.joined(separator: ", ")); found \"\(found)\"")
    }
    target = found
    var rest = words.dropFirst()
    while let option = rest.popFirst() {
      guard let value = rest.popFirst() else { throw Contradiction("\(option) needs a value") }
      switch (option, UInt64(value), Double(value)) {
      case ("--seconds", _, let number?) where number > 0: seconds = number
      case ("--seed", let number?, _): seed = number
      case ("--iteration", let number?, _): iteration = number
      case ("--start", let number?, _): start = number
      case ("--progress", _, _): progress = value
      default: throw Contradiction("\(option) \(value) is not understood")
      }
    }
  }
}

func place() throws -> FuzzPlace {
  let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  // In memory where that is to be had: a file that is cut short and written again is flushed by ext4.
  let memory = URL(fileURLWithPath: "/dev/shm")
  let isThere = FileManager.default.isWritableFile(atPath: memory.path)
  let folder = (isThere ? memory : FileManager.default.temporaryDirectory)
    .appendingPathComponent("icl-fuzz-\(ProcessInfo.processInfo.processIdentifier)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  return FuzzPlace(repository: repository, folder: folder)
}

func fail(_ message: String) -> Never {
  FileHandle.standardError.write(Data("icl-fuzz: \(message)\n".utf8))
  exit(64)
}

if CommandLine.arguments.dropFirst().first == "--list" {
  for name in FuzzTargets.names { print(name) }
  exit(0)
}
do {
  let arguments = try Arguments(Array(CommandLine.arguments.dropFirst()))
  if arguments.progress != nil || arguments.iteration != nil {
    let place = try place()
    defer { try? FileManager.default.removeItem(at: place.folder) }
    try Worker(arguments, place).run()
  } else {
    let findings = try Supervisor(arguments).run()
    exit(findings == 0 ? 0 : 1)
  }
} catch {
  fail("\(error)")
}
