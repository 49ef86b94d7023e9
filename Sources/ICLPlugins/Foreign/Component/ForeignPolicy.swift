/// Where libraries that never heard of us are called.
public enum ForeignPolicy: Hashable, Sendable {
  /// In a process of their own, made by this program: see `ForeignWorker`. A call that takes longer
  /// than the limit ends it; zero for ever.
  case worker(program: String, callLimit: Duration = Isolation.defaultCallLimit)
  case inProcess
}
