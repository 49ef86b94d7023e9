/// Command lines as a user would type them.
enum ShellText {
  static func command(_ arguments: [String]) -> String {
    (["icl-host"] + arguments.dropFirst().map(quoted)).joined(separator: " ")
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
    return "'" + argument.split(separator: "'", omittingEmptySubsequences: false)
      .joined(separator: #"'\''"#) + "'"
  }
}
