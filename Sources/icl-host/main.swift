import ArgumentParser
import ICLPlugins
import ICLTraining

// ArgumentParser prints help and usage errors (status 64); everything else comes as a Failure.
do {
  try IclHost.checkCommand(Array(CommandLine.arguments.dropFirst()))
  HostServices.setLog(Terminal.showLog)
  var command = try IclHost.parseAsRoot()
  try command.run()
} catch let failure as Failure {
  Terminal.printError(failure)
  IclHost.exit(withError: ExitCode(failure.status.rawValue))
} catch {
  IclHost.exit(withError: error)
}
