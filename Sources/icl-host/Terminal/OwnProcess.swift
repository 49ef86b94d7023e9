import ArgumentParser
import Glibc
import ICLTraining

/// This program once more, with other arguments, in a process of its own.
enum OwnProcess {
  static func run(_ arguments: [String]) throws {
    var process = pid_t()
    let texts = (["icl-host"] + arguments).map { strdup($0) }
    defer { for text in texts { free(text) } }
    let result = posix_spawn(&process, "/proc/self/exe", nil, nil, texts + [nil], environ)
    guard result == 0 else {
      throw Failure(.internalError, "another icl-host could not be started: error \(result).")
    }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 && errno == EINTR {}
    guard status == 0 else { throw ExitCode(status & 0x7F == 0 ? (status >> 8) & 0xFF : 1) }
  }
}
