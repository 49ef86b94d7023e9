extension Tokens {
  /// With names for both streams, as a layer leaves them.
  func named() -> Tokens {
    _ = context.named("context-residual")
    _ = queries.named("residual")
    return self
  }
}
