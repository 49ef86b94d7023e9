import ICLPlugins
import Testing

/// What is said of manifests that are wrong: before any call, or by the worker.
@Suite struct ForeignRefusalTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var old: String
    var new: String
    var says: String
    var testDescription: String { says }
    init(_ old: String, _ new: String, _ says: String) {
      (self.old, self.new, self.says) = (old, new, says)
    }
  }

  static let cases = [
    Case(
      "\"version\": \"1.0.0\", \"license\"", "\"verison\": \"1.0.0\", \"license\"",
      "there is no key 'verison'. Did you mean 'version'?"),
    Case(
      "\"foreign\": 1", "\"foreign\": 2", "the manifest has format 2, this host reads format 1."),
    Case(
      "{\"call\": \"die\"", "{\"call\": \"dye\"",
      "components[0].steps[0].call: no function 'dye' is declared. Did you mean 'die'?"),
    Case("libsmall.so", "libsmal.so", "libsmal.so' cannot be opened: "),
    Case(
      "void die(int how)\"", "void die(int how)\", \"void dies(int how)\"", " has 'dies'."),
    Case(
      "void die(int how)", "void die(integer how)",
      "components"),
    Case(
      "void die(int how)", "void die(int how",
      "functions[1]: ')' is expected, in 'void die(int how'."),
    Case(
      "{\"how\": \"option.how\"}", "{\"hwo\": \"option.how\"}",
      "components[0].steps[0].arguments.hwo: die has no parameter 'hwo'. Did you mean 'how'?"),
    Case(
      "{\"how\": \"option.how\"}", "{}",
      "components[0].steps[0]: die gets nothing for its parameter 'how'."),
    Case(
      "{\"how\": \"option.how\"}", "{\"how\": \"option.hwo\"}",
      "components[0].steps[0]: no value is called 'option.hwo'. Did you mean 'option.how'?"),
    Case(
      "{\"how\": \"option.how\"}", "{\"how\": {\"array\": \"y\"}}",
      "components[0].steps[0]: die wants int how, which 'y', an array of double, is not."),
    Case(
      "\"type\": \"double\"", "\"type\": \"int\"",
      "components[0].steps[1]: last wants double *out, which 'scratch', an array of int, is not."),
    Case(
      "\"out\": \"scratch\"", "\"out\": \"x\"",
      "components[0].steps[1]: last may write to its parameter 'out', but 'x' is an input. Copy it "
        + "into a buffer, or declare the parameter const."),
    Case(
      "\"out\": \"scratch\"", "\"out\": {\"callback\": \"loss\"}",
      "components[0].steps[1]: there is no callback 'loss'. There are no callbacks."),
    Case(
      "const double y[pairs]", "const double y[pairs + 3]",
      "components[0].steps[1]: last takes 3 elements for 'y', and 'y' has 2."),
    Case(
      "\"offset\": \"position\"", "\"offset\": \"position + 1\"",
      "components[0].steps[2]: 'predictions' has 3 elements, and 1 are meant from 3 on."),
    Case(
      "\"pairs\": \"pairs\"", "\"pairs\": \"pairs / 2\"",
      "components[0].steps[1]: last wants int pairs, which 0.5 is not."),
    Case(
      "\"extent\": \"output-dimension\"", "\"extent\": \"output-dimension -\"",
      "components[0].buffers[0].extent: it ends where a value is expected, in the formula "
        + "'output-dimension -'."),
  ]

  @Test(arguments: cases.filter { $0.says != "components" })
  func wrongManifests(_ wrong: Case) throws {
    let workshop = try ForeignWorkshop()
    let path = try workshop.manifest([(wrong.old, wrong.new)])
    for policy in [Foreign.worker, .inProcess] {
      let said = complaint { _ = try workshop.predict(path, policy: policy) }
      #expect(said.contains(wrong.says), "\(said)")
    }
  }

  /// A name that is no type of C stands for a struct, which can be pointed to only.
  @Test func unknownTypes() throws {
    let workshop = try ForeignWorkshop()
    let path = try workshop.manifest([("void die(int how)", "void die(integer how)")])
    #expect(
      complaint { _ = try workshop.predict(path) }
        == "functions[1]: 'integer' is known by its name alone, and no value of it can be passed: it "
        + "needs a * or an entry in types, in 'void die(integer how)'.")
  }

  @Test func aRightManifestPredicts() throws {
    let workshop = try ForeignWorkshop()
    let path = try workshop.manifest()
    #expect(try workshop.predict(path) == [0, 4, 5])
    #expect(try workshop.predict(path, policy: .inProcess) == [0, 4, 5])
  }

  /// The host lives, and says what was called, how it ended, and how to see it again.
  @Test(arguments: [
    ("1", "was ended by signal 11 (SIGSEGV) in call 1 of predict"),
    ("2", "was ended by signal 6 (SIGABRT) in call 1 of predict"),
    ("3", "exited with status 3 in call 1 of predict"),
    ("4", "gave no answer for 1 s in call 1 of predict"),
  ])
  func crashesEndWithASentence(_ how: String, _ ending: String) throws {
    let workshop = try ForeignWorkshop()
    let path = try workshop.manifest()
    let policy = ForeignPolicy.worker(program: Foreign.program, callLimit: .seconds(1))
    let said = complaint { _ = try workshop.predict(path, ["how": how], policy: policy) }
    #expect(
      said.contains(
        "model 'last-label': the worker process \(ending), in die of \(workshop.library), item 0"),
      "\(said)")
    #expect(said.contains("for a debugger, with: --foreign in-process"), "\(said)")
    #expect(try workshop.predict(path, policy: policy) == [0, 4, 5])
  }

  /// The item and the function are those that fell, not the first.
  @Test func theItemIsNamed() throws {
    let workshop = try ForeignWorkshop()
    let path = try workshop.manifest([("\"option.how\"", "{\"element\": \"x\"}")])
    let said = complaint {
      _ = try Foreign.catalog().resolve(path, kind: .model).makeModel()
        .predict(
          signature: FirstParty.regression(1, context: 2), count: 3,
          inputs: [[0, 0, 0, 0, 0, 0, 3, 0, 0], [4, 5, 6, 7, 8, 9]])
    }
    #expect(said.contains("exited with status 3 in call 1 of predict, in die of "), "\(said)")
    #expect(said.contains("libsmall.so, item 2."), "\(said)")
  }

  /// Declared as taking a pointer, a count becomes an address: it dies in the worker.
  @Test func wrongSignaturesDieInTheWorker() throws {
    let workshop = try ForeignWorkshop()
    let path = try workshop.manifest([
      (
        "void last(int pairs, const double y[pairs], double out[1])",
        "void last(int pairs, int y, double out[1])"
      ), ("\"y\": \"y\"", "\"y\": 64"),
    ])
    let said = complaint { _ = try workshop.predict(path) }
    #expect(said.contains(", in last of ") && said.contains("SIGSEGV"), "\(said)")
  }

  /// With debug information the same is found before any call, in DWARF 4 and 5.
  @Test(
    arguments: [
      (
        "void last(int pairs, const double y[pairs], double out[1])",
        "void last(long pairs, const double *y, double out[1])",
        "last is declared wrong: its parameter 'pairs' is int, long is declared"
      ),
      (
        "void last(int pairs, const double y[pairs], double out[1])",
        "void last(int pairs, const double y[pairs], double out[1], int more)",
        "last is declared wrong: it has 3 parameters, 4 are declared"
      ),
      (
        "void die(int how)", "int die(int how)",
        "die is declared wrong: it returns void, int is declared"
      ),
      (
        "void die(int how)", "void die(unsigned how)",
        "die is declared wrong: its parameter 'how' is int, unsigned int is declared"
      ),
    ], ["-gdwarf-4", "-gdwarf-5"])
  func debugInformation(_ change: (String, String, String), _ format: String) throws {
    let workshop = try ForeignWorkshop(["-g", format])
    #expect(try workshop.predict(try workshop.manifest()) == [0, 4, 5])
    var changes = [(change.0, change.1)]
    if change.1.contains("int more") {
      changes.append(("\"out\": \"scratch\"", "\"out\": \"scratch\", \"more\": 1"))
    }
    let said = complaint { _ = try workshop.predict(try workshop.manifest(changes)) }
    #expect(said.contains(change.2), "\(said)")
  }

  /// The library calls back with something that cannot be.
  @Test(arguments: [
    ("misuse", "the library misused the callback 'f': it was called with n = 3, expected 2."),
    ("misuse_null", "the library misused the callback 'f': it was called with x = NULL."),
  ])
  func callbackMisuse(_ function: String, _ says: String) throws {
    let workshop = try ForeignWorkshop()
    let path = try workshop.write(
      """
      {
        "foreign": 1, "name": "small", "version": "1.0.0", "license": "MIT",
        "libraries": ["\(workshop.folder.path)/libsmall.so"],
        "functions": [
          "void \(function)(void (*f)(int n, const double *x, double *g), int n, double x[n])"
        ],
        "components": [{
          "kind": "optimizer", "id": "misuse", "version": "1.0.0", "summary": "calls back wrongly",
          "callbacks": {"f": {"arguments": {"n": "count", "x": "point", "g": "gradient"}}},
          "steps": [{
            "call": "\(function)",
            "arguments": {"f": {"callback": "f"}, "n": "count", "x": "parameters"}
          }]
        }]
      }
      """, "misuse.foreign.json")
    for policy in [Foreign.worker, .inProcess] {
      var place = [1.0, 2]
      let said = complaint {
        _ = try Foreign.catalog(policy).resolve(path, kind: .optimizer).makeOptimizer()
          .minimize(&place) { _, _ in 0 }
      }
      #expect(said.contains(says), "\(said)")
    }
  }
}
