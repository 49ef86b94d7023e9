/// Command lines as a user would type them.
enum ShellText {
  static func command(_ arguments: [String]) -> String {
    (["icl-host"] + arguments.dropFirst().map(quoted)).joined(separator: " ")
  }

  /// The command that does the same once more: a run that is recorded needs another directory, unless
  /// it is gone on with.
  static func again(_ arguments: [String], recordedIn directory: String?) -> String {
    guard let directory, !arguments.contains("--resume") else { return command(arguments) }
    var kept: [String] = []
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      if ["--out", "--runs"].contains(argument) {
        _ = rest.popFirst()
      } else if !argument.hasPrefix("--out="), !argument.hasPrefix("--runs=") {
        kept.append(argument)
      }
    }
    return command(kept + ["--out", directory + "-again"])
  }

  /// Quoted where a shell would read it otherwise.
  private static func quoted(_ argument: String) -> String {
    let plain = argument.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
      default: "-_=./,:@+%#".utf8.contains(byte)
      }
    }
    if plain, !argument.isEmpty, argument.first != "#" { return argument }
    let parts = argument.split(separator: "'", omittingEmptySubsequences: false)
    return "'" + parts.joined(separator: #"'\''"#) + "'"
  }
}
