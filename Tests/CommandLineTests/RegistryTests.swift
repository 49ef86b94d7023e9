import Foundation
import Testing

/// The registry's commands, from a new home to a policy that holds.
@Suite struct RegistryTests {
  private static let ridge = ["libridge-task.so", "libridge-predictor.so"]
  private static let metrics = ["libloss-by-context-length.so", "libexcess-over-oracle.so"]

  private func withHome(_ body: (TrustHome) throws -> Void) throws {
    try withTemporaryFolder { try body(TrustHome($0)) }
  }

  /// Evaluates ridge with the plugins of the home.
  private func evaluate(_ home: TrustHome, _ more: String...) throws -> Host.Answer {
    try Host.run(
      [
        "evaluate", "--plugin-dir", home.plugins.path, "--model", "ridge", "--task", "ridge",
        "--prompts", "64", "--json",
      ] + more, in: home.folder, environment: home.environment)
  }

  @Test func whatIsPinnedRunsAndNothingElse() throws {
    try withHome { home in
      for name in Self.ridge + Self.metrics { try home.copy(name) }
      let before = try evaluate(home)
      #expect(before.status == 0, "\(before.errors)")
      let refused = try evaluate(home, "--policy", "pinned")
      #expect(refused.status == 69)
      #expect(
        refused.errors.contains(
          "the policy is 'pinned', and the lock does not have this plugin."), "\(refused.errors)")
      let paths = (Self.ridge + Self.metrics).map { home.plugins.appending(path: $0).path }
      let locked = try Host.run(
        ["registry", "lock"] + paths, in: home.folder, environment: home.environment)
      #expect(locked.status == 0 && locked.errors.contains("4 pinned in"), "\(locked.errors)")
      #expect(locked.output.contains("libridge-task.so  ridge-task 1."), "\(locked.output)")
      // From sealed copies, Swift plugins run as they do from their files.
      let pinned = try evaluate(home, "--policy", "pinned")
      #expect(pinned.status == 0, "\(pinned.errors)")
      #expect(pinned.output == before.output)
      #expect(try home.run("registry", "trust", "policy", "pinned").status == 0)
      try home.lengthen(paths[0])
      let changed = try evaluate(home)
      #expect(changed.status == 69)
      #expect(
        changed.errors.contains("this is not the libridge-task.so that the lock has"),
        "\(changed.errors)")
      #expect(try evaluate(home, "--policy", "open").status == 0)
    }
  }

  @Test func whatIsSignedRunsAndNothingElse() throws {
    try withHome { home in
      let names = Self.ridge + Self.metrics
      let paths = try names.map { try home.copy($0) }
      let made = try home.run("registry", "keygen", "alice")
      let secret = home.folder.appending(path: "config/icl-host/keys/alice.key").path
      let open = home.folder.appending(path: "config/icl-host/keys/alice.pub").path
      #expect(made.output == "secret  \(secret)\npublic  \(open)\n", "\(made.errors)")
      #expect(try home.run("registry", "trust", "policy", "signed").status == 0)
      #expect(try evaluate(home).errors.contains("this plugin has no signature."))
      let signed = try Host.run(
        ["registry", "sign"] + paths, in: home.folder, environment: home.environment)
      #expect(signed.output == paths.map { "\($0).sig\n" }.joined(), "\(signed.errors)")
      #expect(
        try evaluate(home).errors.contains("it is signed, but not with a key that you trust"))
      #expect(try home.run("registry", "trust", "add", open).status == 0)
      let answer = try evaluate(home)
      #expect(answer.status == 0, "\(answer.errors)")
      #expect(try home.run("registry", "trust", "list").output.hasPrefix("alice  "))
      let verified = try Host.run(
        ["registry", "verify"] + paths, in: home.folder, environment: home.environment)
      #expect(verified.status == 0, "\(verified.output)")
      #expect(verified.output.components(separatedBy: "signed by alice").count == 5)
      try home.lengthen(paths[0])
      #expect(try home.run("registry", "verify", paths[0]).status == 1)
      #expect(try evaluate(home).errors.contains("it was changed after it was signed"))
      #expect(try home.run("registry", "trust", "remove", "alice").status == 0)
      #expect(try evaluate(home).status == 69)
    }
  }

  @Test func theDoctorExplains() throws {
    try withHome { home in
      let one = try home.copy("libridge-task.so")
      let two = try home.copy("libridge-task.so", as: "libtwin.so")
      let open = try home.copy("libadam.so")
      chmod(open, 0o777)
      let answer = try home.run("registry", "doctor", "--plugin-dir", home.plugins.path)
      #expect(answer.status == 1)
      for text in [
        "policy       open (default)\n", "trust store  \(home.store.path)\n",
        "  \(home.plugins.path): 3 plugins\n",
        "  task ridge: several plugins offer it: \(one), \(two).\n    Name one by its path",
        "  \(open): it is refused: every user may write to this plugin, and so run code as you.\n"
          + "    If it is what you think it is: chmod go-w \(open)",
      ] {
        #expect(answer.output.contains(text), "\(text)\n\(answer.output)")
      }
      unlink(two)
      chmod(open, 0o755)
      let well = try home.run(
        "registry", "doctor", "--plugin-dir", home.plugins.path, "--json"
      ).document()
      let findings = try #require(well["findings"] as? [[String: Any]])
      #expect(findings.allSatisfy { $0["severity"] as? String == "note" }, "\(findings)")
      // What was refused is remembered by its bytes.
      try home.lengthen(open)
      #expect(
        try Host.run(
          ["describe", open, "--policy", "pinned"], environment: home.environment
        ).status == 69)
      let after = try home.run("registry", "doctor", "--plugin-dir", home.plugins.path)
      #expect(after.status == 0)
      #expect(after.output.contains("these bytes were refused at 20"), "\(after.output)")
    }
  }

  @Test func mistakesAreExplained() throws {
    try withHome { home in
      let plugin = try home.copy("libadam.so")
      let table: [(arguments: [String], status: Int32, text: String)] = [
        (["registry", "sign", plugin], 66, "there is no key to sign with"),
        (["registry", "keygen", "a/b"], 65, "this is no name for a key"),
        (["registry", "trust", "add", plugin], 65, "it is not UTF-8 text"),
        (["registry", "trust", "remove", "bob"], 66, "no key of the name 'bob' is trusted"),
        (["registry", "trust", "policy", "loose"], 64, "The value 'loose' is invalid"),
        (["registry", "lock", "/proc/self/exe"], 69, "it is not a plugin."),
        (["registry", "verify", "./nothing.so"], 1, "no: file-not-found"),
        (["describe", plugin, "--policy", "pinned", "--lock", "no.lock"], 69, "no.lock"),
      ]
      for row in table {
        let answer = try Host.run(row.arguments, in: home.folder, environment: home.environment)
        #expect(answer.status == row.status, "\(row.arguments) \(answer)")
        #expect((answer.errors + answer.output).contains(row.text), "\(answer)")
      }
      // A policy that is none refuses everything.
      #expect(try home.run("registry", "trust", "policy", "open").status == 0)
      try Data("opne\n".utf8).write(to: home.store.appending(path: "policy"))
      let answer = try home.run("describe", plugin)
      #expect(answer.status == 69)
      #expect(
        answer.errors.contains("'opne' is no policy; expected open, pinned or signed"),
        "\(answer.errors)")
    }
  }
}
