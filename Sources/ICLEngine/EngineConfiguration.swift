/// The floating-point type of a run: of parameters, prompts and everything computed from them.
public enum Precision: String, Sendable, CaseIterable {
  case single, double

  /// Bytes of one scalar.
  public var size: Int { self == .single ? 4 : 8 }
}

public struct EngineConfiguration: Sendable {
  public var precision: Precision = .single
  /// Threads that work on the tiles of a batch. Results do not depend on it.
  public var threads: Int = 1
  /// Forces a build of the kernels; nil takes the best that the processor runs. Results agree bit
  /// for bit only within one.
  public var backend: Backend.Name?

  /// Forces the vectors of lanes in a tile, for tests: batches are then multiples of 16 of them.
  public var vectors: Int?

  public init(precision: Precision = .single, threads: Int = 1, backend: Backend.Name? = nil) {
    self.precision = precision
    self.threads = threads
    self.backend = backend
  }
}

/// Why a graph could not be compiled or run.
public struct EngineError: Error, Sendable, CustomStringConvertible {
  public var message: String
  public init(_ message: String) { self.message = message }
  public var description: String { message }
}
