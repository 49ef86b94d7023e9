import ArgumentParser
import ICLPlugins
import ICLRecords
import ICLTraining

// A worker serves the host that started it and does nothing else.
if CommandLine.arguments.dropFirst().first == ForeignWorker.command { ForeignWorker.serve() }

// ArgumentParser prints help and usage errors (status 64); everything else comes as a Failure.
do {
  try IclHost.checkCommand(Array(CommandLine.arguments.dropFirst()))
  HostServices.shared.setLog(Terminal.showLog)
  var command = try IclHost.parseAsRoot()
  try command.run()
} catch  where error is Failure || error is RecordError {
  var failure = Failure(error)
  if failure.endedWorker {
    let again = ShellText.again(CommandLine.arguments, recordedIn: failure.recordedIn)
    failure.hint += "\n  It can be done again with: \(again)"
  }
  Terminal.printError(failure)
  IclHost.exit(withError: ExitCode(failure.status.rawValue))
} catch {
  IclHost.exit(withError: error)
}
