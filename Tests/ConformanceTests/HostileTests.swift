import Foundation
import Testing

/// Plugins that do one thing wrong each fail the one check that is meant for it.
@Suite(.serialized) struct HostileTests {
  @Test func thereAreManyOfManyKinds() {
    #expect(HostilePlugin.all.count >= 40)
    #expect(Set(HostilePlugin.all.map(\.expects)).count >= 35)
  }

  @Test(arguments: HostilePlugin.all)
  func failsTheCheckThatIsMeantForIt(_ plugin: HostilePlugin) throws {
    try withFolder { folder in
      let library = try plugin.build(in: folder)
      let report = try Host.validate(library, ["--limit", "8"])
      let expected = plugin.expects == "nothing" ? [] : [plugin.expects]
      let found = report.failing.map { "\($0.id): \($0.detail)" }
      #expect(report.failing.map(\.id) == expected, "\(found)")
    }
  }

  /// What each of these says, with the last call, and where memory was touched.
  @Test(arguments: [
    ("aborts.c", "SIGABRT (abort), during: create of model 'hostile'"),
    ("kills-itself.c", "SIGKILL, during: create of model 'hostile'"),
    ("exits.c", "the process was ended with status 0, during: create of model 'hostile'"),
    ("overflows-stack.c", "SIGSEGV (a memory fault), during: create of model 'hostile'"),
    ("null-pointer.c", "through a NULL pointer, during: predict of model 'hostile'"),
    ("double-free.c", "during: destroy of model 'hostile'; it printed: free(): double free"),
    (
      "throws.cpp", "during: create of model 'hostile'; it printed: terminate called after throwing"
    ),
    (
      "endless-loop.c", "had not ended after 2 s and was killed, during: predict of model 'hostile'"
    ),
    ("writes-past-end.c", "0 bytes after the end of 'predictions', during: predict"),
    ("writes-before-start.c", "8 bytes before the start of 'predictions', during: predict"),
    ("keeps-pointers.c", "inside 'input x', which is no longer there"),
    ("prints.c", "bytes: predicted 2 prompts / predicted 5 prompts"),
    ("leaves-file.c", "it left /dev/null open"),
    ("changes-inputs.c", "predict of model 'hostile' changed its input 'y'"),
    ("calls-system.c", "it calls system"),
    ("two-symbols.c", "it also exports helper"),
    ("unresolved.c", "no library that it names has somebody_elses"),
    ("reads-past-graph.c", "0 bytes after the end of 'the icl_graph', during: build of model"),
    ("reads-past-graph-in-scan.c", "0 bytes after the end of 'the icl_graph', during: build of"),
    ("reads-past-signature.c", "0 bytes after the end of 'the icl_signature', during: build of"),
    ("writes-past-error.c", "0 bytes after the end of 'the icl_error', during: build of"),
    ("reads-past-services.c", "0 bytes after the end of 'the icl_log', during: create of"),
    ("writes-past-carry.c", "0 bytes after the end of 'the next carry of a scan', during: build"),
    ("trusts-lead-byte.c", "0 bytes after the end of 'a text', during: create of model 'hostile'"),
    ("stays-at-byte.c", "had not ended after 2 s and was killed, during: create of model"),
    ("float-predict.c", "computed in double precision they would move smoothly"),
    ("cancels.c", "in single precision a prediction differs by"),
    ("lossy-single.c", "the output differs by"),
    ("float-custom.c", "the output jumps by"),
    ("float-step.c", "parameters of 64 bits jump by"),
    ("traps-without-context.c", "during: build of model 'hostile', with task 'boolean'"),
    ("absolute-run-path.c", "its run path has '/opt/somewhere'"),
  ])
  func saysWhatHappened(_ name: String, _ words: String) throws {
    let plugin = try #require(HostilePlugin.all.first { $0.source.lastPathComponent == name })
    try withFolder { folder in
      let library = try plugin.build(in: folder)
      let report = try Host.validate(library, ["--only", plugin.expects, "--limit", "2"])
      #expect(report.checks.count == 1)
      #expect(report.checks.first?.detail.contains(words) == true, "\(report.checks)")
    }
  }
}
