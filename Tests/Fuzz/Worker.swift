import Foundation

/// Feeds one input after the other, in a process that may die of it.
struct Worker {
  private let arguments: Arguments
  private let place: FuzzPlace

  init(_ arguments: Arguments, _ place: FuzzPlace) {
    self.arguments = arguments
    self.place = place
  }

  func run() throws {
    var target = try FuzzTargets.make(arguments.target, place)
    if let iteration = arguments.iteration {
      try feed(&target, iteration)
      print("input \(iteration): nothing found")
      return
    }
    let progress = FileHandle(forWritingAtPath: arguments.progress!)!
    let end = Date(timeIntervalSinceNow: arguments.seconds)
    var iteration = arguments.start
    while Date() < end {
      // In place: the supervisor reads these bytes after a crash too.
      withUnsafeBytes(of: iteration) { bytes in
        _ = pwrite(progress.fileDescriptor, bytes.baseAddress!, bytes.count, 0)
      }
      try feed(&target, iteration)
      iteration += 1
    }
  }

  private func feed(_ target: inout any FuzzTarget, _ iteration: UInt64) throws {
    var random = Generator(seed: arguments.seed, iteration: iteration)
    try target.run(&random)
  }
}
