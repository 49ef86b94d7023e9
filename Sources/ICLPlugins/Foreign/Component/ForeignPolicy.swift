/// Where libraries that never heard of us are called.
public enum ForeignPolicy: Hashable, Sendable {
  /// In a process of their own, made by this program: see `ForeignWorker`.
  case worker(program: String)
  case inProcess
}
