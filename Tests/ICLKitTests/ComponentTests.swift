import ICLPlugins
import Synchronization
import Testing

/// Tasks on buffers, optimizers that drive, and the services of the host, as a Swift plugin has
/// them.
@Suite(.serialized) struct ComponentTests {
  /// Numbers that say which they are: 1000 × prompt + place, and a half more for normal ones.
  struct Numbered: RandomStreams {
    func uniform(
      seed: UInt64, stream: String, step: UInt64, prompt: UInt64,
      into values: UnsafeMutableBufferPointer<Double>
    ) {
      #expect(stream == "x" && seed == 3 && step == 5)
      for place in values.indices { values[place] = Double(1000 * prompt) + Double(place) }
    }

    func normal(
      seed: UInt64, stream: String, step: UInt64, prompt: UInt64,
      into values: UnsafeMutableBufferPointer<Double>
    ) {
      #expect(stream == "noise" && seed == 3 && step == 5)
      for place in values.indices { values[place] = Double(1000 * prompt) + Double(place) + 0.5 }
    }
  }

  @Test func aTaskOnBuffers() throws {
    let task = try KitPlugin.component("drawn").makeTask()
    #expect(!task.declares && !task.hasOracle)
    let tensors = try task.sample(seed: 3, step: 5, first: 7, count: 2, random: Numbered())
    let x = [7000.0, 8000].flatMap { start in (0..<9).map { start + Double($0) } }
    #expect(tensors["x"] == x)
    #expect(
      tensors["y"] == [28003.5, 28013.5, 32003.5, 32013.5])
    #expect(tensors["target"] == [21021, 24021])
  }

  private final class Heard: Sendable {
    let lines = Mutex<[String]>([])
  }

  @Test func anOptimizerThatDrives() throws {
    let heard = Heard()
    let services = HostServices()
    services.setLog { level, text in heard.lines.withLock { $0.append("\(level) \(text)") } }
    services.setProgress { part, what in heard.lines.withLock { $0.append("\(part) \(what)") } }
    let optimizer = try KitPlugin.component("descent")
      .makeOptimizer(["steps": "2"], services: services)
    #expect(optimizer.drives)
    // f(p) = Σ (p - goal)²: each step halves the distance.
    let goal = [1.0, -2]
    var parameters = [9.0, 6]
    _ = try optimizer.minimize(&parameters) { values, gradient in
      for index in 0..<2 { gradient[index] = 2 * (values[index] - goal[index]) }
      return zip(values, goal).map { ($0 - $1) * ($0 - $1) }.reduce(0, +)
    }
    #expect(parameters == [3, 0])
    #expect(
      heard.lines.withLock { $0 } == ["warning 2 parameters", "0.5 descent", "1.0 descent"])
  }

  @Test func itStopsWhenAsked() throws {
    let services = HostServices()
    services.cancel()
    let optimizer = try KitPlugin.component("descent").makeOptimizer(services: services)
    var parameters = [1.0]
    let outcome = try optimizer.minimize(&parameters) { _, _ in 0 }
    #expect(outcome == .cancelled && parameters == [1])
  }
}
