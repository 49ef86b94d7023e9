import Foundation
import ICLPlugins
import Testing

/// What is refused when a library is loaded, with code and sentence.
@Suite struct RefusalTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var flags: [String]
    var code: PluginError.Code
    var message: String
    var testDescription: String { flags.joined(separator: " ") }

    init(_ flags: String..., code: PluginError.Code, _ message: String) {
      self.flags = flags
      self.code = code
      self.message = message
    }
  }

  static let cases = [
    Case(
      "-DNO_NOTE", code: .noNote, "this library has no ICL note, so it is not a plugin."),
    Case(
      "-DOTHER_NOTE", code: .noNote, "this library has no ICL note, so it is not a plugin."),
    Case(
      "-DSHORT_NOTE", code: .badNote, "its ICL note holds no version: 8 bytes expected, 4 found."),
    Case(
      "-DHUGE_NOTE", code: .badNote,
      "its ICL note holds no version: 8 bytes expected, 4294967280 found."),
    Case(
      "-DOTHER_MAJOR=2", code: .wrongMajor,
      "the plugin speaks version 2.0 of the interface, this host version 1.0."),
    Case(
      "-DOTHER_MAJOR=0", code: .wrongMajor,
      "the plugin speaks version 0.0 of the interface, this host version 1.0."),
    Case(
      "-DNO_SYMBOL", code: .missingSymbol,
      "the library has an ICL note but no function icl_plugin_v1."),
    Case(
      "-DREFUSES=6", code: .entryFailed, "the plugin refuses to start: no licence found."),
    Case(
      "-DREFUSES=4", code: .wrongMinor, "the plugin refuses to start: no licence found."),
    Case(
      "-DREFUSES_SILENTLY", code: .entryFailed,
      "the plugin refuses to start: it gave no reason (code 0)."),
    Case(
      "-DMINOR=1", code: .wrongMinor,
      "the plugin answers with minor version 1, but was offered 0 to 0."),
    Case(
      "-DPLUGIN_SIZE=48", code: .truncatedStruct,
      "the plugin's table is cut short: icl_plugin has 56 bytes, its struct_size says 48."),
    Case(
      "-DPLUGIN_SIZE=0", code: .truncatedStruct,
      "the plugin's table is cut short: icl_plugin has 56 bytes, its struct_size says 0."),
    Case(
      "-DPLUGIN_SIZE=57", code: .badTable,
      "the plugin's table has a struct_size of 57; a multiple of 8 below 65536 is expected."),
    Case(
      "-DPLUGIN_SIZE=0xfffffff8", code: .badTable,
      "the plugin's table has a struct_size of 4294967288; a multiple of 8 below 65536 is expected."
    ),
    Case("-DNAME=(void*)0", code: .badText, "the plugin's name is NULL, expected a text."),
    Case(
      "-DNAME=\"My Plugin\"", code: .badText,
      "the plugin's name is 'My Plugin'; expected kebab-case, such as linear-attention."),
    Case("-DNAME=\"\\xff\\xfe\"", code: .badText, "the plugin's name is not UTF-8."),
    Case(
      "-DNULL_COMPONENTS", code: .nullTable,
      "the component table is NULL, though it should have 2 entries."),
    Case("-DCOMPONENT_COUNT=0", code: .badTable, "the plugin offers no components."),
    Case(
      "-DCOMPONENT_COUNT=1000000", code: .badTable,
      "the component table is said to have 1000000 entries; at most 4096 are read."),
    Case(
      "-DCOMPONENT_SIZE=72", code: .truncatedStruct,
      "the component table is cut short: icl_component has 80 bytes, its struct_size says 72."),
    Case("-DID=(void*)0", code: .badText, "the id of component 0 is NULL, expected a text."),
    Case(
      "-DSECOND_ID=\"first\"", code: .duplicateComponent,
      "the plugin offers the model 'first' twice."),
    Case(
      "-DCREATE=(void*)0", code: .missingFunction, "the model 'first' has no create function."),
    Case(
      "-DINTERFACE=(void*)0", code: .nullTable, "the interface of the model 'first' is NULL."),
    Case(
      "-DINTERFACE_SIZE=16", code: .truncatedStruct,
      "the interface of the model 'first' is cut short: icl_model has 24 bytes, its struct_size "
        + "says 16."),
    Case(
      "-DNO_BUILD", code: .missingFunction,
      "the model 'first' has neither build nor predict; exactly one is expected."),
    Case(
      "-DTWO_WAYS", code: .missingFunction,
      "the model 'first' has both build and predict; exactly one is expected."),
    Case(
      "-DKIND=ICL_OPTIMIZER", "-DBAD_OPTIMIZER", code: .missingFunction,
      "the optimizer 'second' has neither step nor minimize; exactly one is expected."),
    Case(
      "-DNULL_OPTIONS", code: .nullTable,
      "the option table of the model 'first' is NULL, though it should have 2 entries."),
    Case(
      "-DOPTION_TYPE=7", code: .badOptionTable,
      "option 0 of the model 'first', 'rate', has type 7; types are 1 to 6."),
    Case(
      "-DOPTION_NAME=\"centred\"", code: .badOptionTable,
      "the model 'first' declares the option 'centred' twice."),
    Case(
      "-DOPTION_NAME=(void*)0", code: .badText,
      "the name of option 0 of the model 'first' is NULL, expected a text."),
    Case(
      "-DOPTION_DEFAULT=\"fast\"", code: .badOptionTable,
      "option 0 of the model 'first', 'rate', has a default that is not valid: expected a number "
        + "from 0 to 1, found 'fast'."),
    Case(
      "-DOPTION_DEFAULT=\"2\"", code: .badOptionTable,
      "option 0 of the model 'first', 'rate', has a default that is not valid: expected a number "
        + "from 0 to 1, found '2'."),
    Case(
      "-DOPTION_MINIMUM=NAN", code: .badOptionTable,
      "option 0 of the model 'first', 'rate', has the range nan to 1.0, which holds no number."),
    Case(
      "-DOPTION_MINIMUM=3", code: .badOptionTable,
      "option 0 of the model 'first', 'rate', has the range 3.0 to 1.0, which holds no number."),
    Case(
      "-DOPTION_TYPE=ICL_CHOICE", code: .badText,
      "the choices of option 0 of the model 'first', 'rate', is NULL, expected a text."),
    Case(
      "-DOPTION_TYPE=ICL_CHOICE", "-DOPTION_CHOICES=\"a||b\"", code: .badOptionTable,
      "option 0 of the model 'first', 'rate', has an empty or repeated choice."),
    Case(
      "-DENTRY_FLUSHES", code: .floatingPointState,
      "icl_plugin_v1 changed the floating-point mode of the process."),
  ]

  @Test(arguments: cases) func isRefused(_ given: Case) throws {
    let workshop = try Workshop()
    let path = try workshop.build(fixture: "hostile.c", given.flags)
    let error = try #require(refusal { _ = try load(path: path) })
    #expect(error.code == given.code)
    #expect(error.message == given.message)
    #expect(error.path == path)
    #expect(error.exitCode == 69)
  }

  @Test func theTemplateIsRightWithoutASwitch() throws {
    let workshop = try Workshop()
    let library = try load(path: try workshop.build(fixture: "hostile.c"))
    #expect(library.components.map(\.id) == ["first", "second"])
    #expect(library.components[0].options.map(\.name) == ["rate", "centred"])
    #expect(library.warnings.isEmpty)
  }

  @Test func unresolvedSymbolsAreTheLoadersWords() throws {
    let workshop = try Workshop()
    let path = try workshop.build(fixture: "hostile.c", ["-DUNDEFINED"])
    let error = try #require(refusal { _ = try load(path: path) })
    #expect(error.code == .cannotOpen)
    #expect(error.message.contains("not_defined_anywhere"))
  }

  @Test func anErrorWithoutAnEndIsCutAtItsCapacity() throws {
    let workshop = try Workshop()
    let path = try workshop.build(fixture: "hostile.c", ["-DFILLS_ERROR"])
    let error = try #require(refusal { _ = try load(path: path) })
    #expect(error.code == .entryFailed)
    #expect(error.message.count < 700)
  }

  @Test func filesThatAreNoLibraries() throws {
    let workshop = try Workshop()
    let object = workshop.path("plugin.o")
    try workshop.run(
      "gcc", ["-c", "-I", Workshop.include, Workshop.fixture("hostile.c"), "-o", object])
    let table: [(path: String, code: PluginError.Code, message: String)] = [
      (workshop.path("absent.so"), .fileNotFound, "there is no such file."),
      (workshop.folder, .notAFile, "this is a folder, expected a shared library."),
      ("/dev/null", .notAFile, "this is not a regular file."),
      (
        try workshop.write("import numpy\n", to: "text.so"), .notELF,
        "this is not a shared library: it does not begin as an ELF file does."
      ),
      (
        try workshop.write("", to: "empty.so"), .notELF,
        "this is not a shared library: it does not begin as an ELF file does."
      ),
      (object, .notALibrary, "this ELF file is not a shared library."),
    ]
    for row in table {
      let error = try #require(refusal { _ = try load(path: row.path) })
      #expect(error.code == row.code)
      #expect(error.message == row.message)
    }
  }

  @Test func anotherMachineIsRefused() throws {
    let workshop = try Workshop()
    let path = try workshop.build(fixture: "hostile.c")
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    bytes[18] = 0x28  // 32-bit ARM
    try bytes.write(to: URL(fileURLWithPath: path))
    let error = try #require(refusal { _ = try load(path: path) })
    #expect(error.code == .wrongMachine)
  }

  /// A file that is cut short is refused before the dynamic loader would end the process.
  @Test func everyTruncationIsRefused() throws {
    let workshop = try Workshop()
    let path = try workshop.build(fixture: "hostile.c")
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    var codes: Set<PluginError.Code> = []
    for size in stride(from: 0, to: bytes.count, by: 64) {
      try bytes.prefix(size).write(to: URL(fileURLWithPath: path))
      let error = refusal { _ = try load(path: path) }
      codes.insert(try #require(error, "\(size) of \(bytes.count) bytes were accepted").code)
    }
    #expect(codes == [.notELF, .truncatedFile])
  }

  /// Damaged headers are refused or read, and never end the process.
  @Test func everyDamagedHeaderByteIsSurvived() throws {
    let workshop = try Workshop()
    let path = try workshop.build(fixture: "hostile.c")
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    for offset in 0..<(64 + 56 * 12) {
      for value: UInt8 in [0, 0x7f, 0xff] {
        var damaged = bytes
        damaged[offset] = value
        try damaged.write(to: URL(fileURLWithPath: path))
        _ = refusal { _ = try PluginNote.read(path: path) }
      }
    }
  }

  @Test func componentsOfUnknownKindsAreLeftOut() throws {
    let workshop = try Workshop()
    let library = try load(
      path: try workshop.build(fixture: "hostile.c", ["-DKIND=9"]))
    #expect(library.components.map(\.id) == ["first"])
    #expect(
      library.warnings == ["component 1 is of kind 9, which this host does not know; ignored"])
  }

  @Test func fieldsOfALaterVersionAreSteppedOver() throws {
    let workshop = try Workshop()
    let library = try load(
      path: try workshop.build(fixture: "hostile.c", ["-DFUTURE"]))
    #expect(library.components.map(\.id) == ["first", "second"])
    #expect(library.components[0].options.map(\.name) == ["first", "second"])
    #expect(library.components[0].options.map(\.type) == [.real, .integer])
  }

  @Test func anInstanceThatCannotBeMade() throws {
    let workshop = try Workshop()
    let table: [(flag: String, code: PluginError.Code, message: String, path: String)] = [
      (
        "-DCREATE_FAILS", .createFailed,
        "model 'first': create failed: the rank must divide the dimension.", "model.d"
      ),
      (
        "-DCREATE_FAILS_SILENTLY", .createFailed,
        "model 'first': create failed: it gave no reason (it has not enough memory).", ""
      ),
      (
        "-DCREATE_FLUSHES", .floatingPointState,
        "model 'first': create changed the floating-point mode of the process.", nil ?? ""
      ),
    ]
    for (index, row) in table.enumerated() {
      let path = try workshop.build(fixture: "hostile.c", as: "\(index).so", [row.flag])
      let component = try load(path: path).components[0]
      let error = try #require(refusal { _ = try component.makeModel() })
      #expect(error.code == row.code)
      #expect(error.message == row.message)
      if !row.path.isEmpty { #expect(error.path == row.path) }
    }
  }

  @Test func aComponentIsMadeAsWhatItIs() throws {
    let workshop = try Workshop()
    let component = try load(path: try workshop.build(fixture: "hostile.c"))
      .components[0]
    let error = try #require(refusal { _ = try component.makeTask() })
    #expect(error.code == .wrongKind)
    #expect(error.message == "'first' is a model, not a task.")
  }
}
