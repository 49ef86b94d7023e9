import Foundation
import Glibc
import ICLPlugins
import Testing

/// What holds for plugins in the host's process holds for those in a worker, to the letter: the same
/// tests once more, with every library in a worker.
@Suite struct IsolatedFixtureTests {
  private func isolated(_ body: () throws -> Void) rethrows {
    try Isolated.$isOn.withValue(true, operation: body)
  }

  @Test func librariesAreInWorkers() throws {
    try isolated {
      let components = try Components()
      let library = components.library
      #expect(library.isIsolated)
      #expect(library.workerProcess.map { $0 != getpid() } == true)
      #expect(try load(path: library.path) === library)
    }
  }

  @Test(arguments: BuildingTests.refused.indices) func graphsAreRefused(_ index: Int) throws {
    try isolated { try BuildingTests().isRefused(index) }
  }

  @Test func graphsAreBuilt() throws {
    try isolated {
      let tests = try BuildingTests()
      try tests.nodesStayInTheirGraph(
        "scan-outer-node", "is not of this body, which may use only the nodes it is given.")
      try tests.nodesStayInTheirGraph(
        "body-node-outside", "is of the body of a scan and cannot be used outside.")
      try tests.modelsReadInputsAlone()
      try tests.anErrorSaysInWhichScope()
      try tests.theErrorStructSaysItAsWell()
      try tests.theFloatingPointModeIsPutBack()
      try tests.isAccepted("good")
      try tests.isAccepted("shape")
      try tests.scopesStandBeforeNames()
      try tests.aScanIsRecorded("scan")
      try tests.aScanIsRecorded("scan-reverse")
      try tests.aCustomOperationIsCalled("custom")
      try tests.aCustomOperationIsCalled("custom-kept")
      try tests.aCustomOperationThatFailsThrows()
    }
  }

  @Test func instancesWork() throws {
    try isolated {
      let tests = try InstanceTests()
      try tests.aPredictorPredicts()
      try tests.aMetricGathersChunks()
      try tests.aReportWithoutANameIsRefused()
      try tests.anOptimizerTakesSteps()
      try tests.aStepThatFailsSaysWhy()
      try tests.anOptimizerDrives()
    }
  }

  @Test func tasksWork() throws {
    try isolated {
      let tests = try TaskTests()
      try tests.itsSignatureIsRead()
      try tests.declaredPromptsLossAndOracle()
      try tests.wrongTasksAreRefused()
      try tests.samplesAreDrawnByNameStepAndPrompt()
      try tests.aStreamWithoutANameIsRefused()
      try tests.theLossIsTheSquaredError()
      for (what, message) in TaskTests.wrongSignatures {
        try tests.aWrongSignatureIsRefused(what, message)
      }
    }
  }

  @Test(arguments: RefusalTests.cases) func tablesAreRefused(_ given: RefusalTests.Case) throws {
    try isolated { try RefusalTests().isRefused(given) }
  }

  @Test func librariesAreRefused() throws {
    try isolated {
      let tests = RefusalTests()
      try tests.theTemplateIsRightWithoutASwitch()
      try tests.unresolvedSymbolsAreTheLoadersWords()
      try tests.anErrorWithoutAnEndIsCutAtItsCapacity()
      try tests.filesThatAreNoLibraries()
      try tests.componentsOfUnknownKindsAreLeftOut()
      try tests.fieldsOfALaterVersionAreSteppedOver()
      try tests.anInstanceThatCannotBeMade()
      try tests.aComponentIsMadeAsWhatItIs()
    }
  }

  @Test func theFloatingPointModeIsGuarded() throws {
    try isolated {
      try FloatingPointTests().aWarningIsEnoughWhereAsked()
      try FloatingPointTests().aFastMathLibraryIsRefusedAgainAndAgain()
    }
  }

  @Test func firstPartyFoldersAreTrusted() throws {
    let trust = FirstPartyTrust(executableFolder: Isolated.products)
    #expect(trust.trusts("\(Isolated.products)/libadam.so"))
    let workshop = try Workshop()
    let copy = try workshop.write("", to: "libadam.so")
    #expect(!trust.trusts(copy))
    // A link is what it leads to.
    let link = workshop.path("libridge-task.so")
    try FileManager.default.createSymbolicLink(
      atPath: link, withDestinationPath: "\(Isolated.products)/libridge-task.so")
    #expect(trust.trusts(link))
    #expect(!trust.trusts("\(Isolated.products)/nothing.so"))
  }
}
