import CICLBackend

public enum Processors {
  /// Keeps this process, and threads that it starts from now on, on the first of the processors
  /// that it may use. Without effect where the system refuses.
  public static func keep(first count: Int) {
    _ = icl_keep_on_processors(Int32(clamping: max(1, count)))
  }
}
