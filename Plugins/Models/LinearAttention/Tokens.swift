import ICLKit

/// The residual streams: the context pairs, and one query token for each scored position.
///
/// Scored at the query, every token attends to all N pairs and the query, divided by N. Scored at
/// every prefix, position k attends to the pairs j < k and itself, divided by max(k, 1), and the
/// pair j to the pairs up to itself, divided by j + 1.
struct Tokens {
  let graph: Graph
  let task: Signature
  /// [N, E]
  let context: Tensor
  /// [positions, E]
  let queries: Tensor

  init(_ graph: Graph, _ task: Signature) {
    self.graph = graph
    self.task = task
    let x = graph.input("x")
    context = PromptLayout.contextPairs(x, graph.input("y"))
    let first = task.contextLength + 1 - task.positions
    queries = PromptLayout.queryTokens(
      x[first..<task.contextLength + 1], outputs: task.outputDimension)
  }

  private init(_ old: Tokens, context: Tensor, queries: Tensor) {
    graph = old.graph
    task = old.task
    self.context = context
    self.queries = queries
  }

  /// [positions, O]
  var queryLabels: Tensor {
    queries.slice(
      task.inputDimension..<task.inputDimension + task.outputDimension, axis: -1)
  }

  /// What a layer adds to the query tokens, [positions, rows of V].
  func queryUpdate(_ weights: Weights) -> Tensor {
    let n = task.contextLength
    let isCausal = task.scoring == .everyPrefix
    let mask = isCausal ? graph.causalMask(task.positions, n, strictly: true) : nil
    let (asked, others) = attend(queries, context, mask, weights, "scores")
    let own = einsum(
      "hp,hpv->pv", einsum("hpe,pe->hp", asked, queries).named("own-scores"),
      einsum("hve,pe->hpv", weights.value, queries))
    let pairs = graph.constant([task.positions, 1]) { Double(max(isCausal ? $0[0] : n, 1)) }
    return (others + own) / pairs
  }

  /// Both streams after a layer.
  func updated(_ weights: Weights) -> Tokens {
    let n = task.contextLength
    let isCausal = task.scoring == .everyPrefix
    let keys = isCausal ? context : concatenate([context, queries], axis: 0)
    let mask = isCausal ? graph.causalMask(n, n) : nil
    let pairs = graph.constant([n, 1]) { Double(isCausal ? $0[0] + 1 : n) }
    return Tokens(
      self, context: context + attend(context, keys, mask, weights, "context-scores").sums / pairs,
      queries: queries + queryUpdate(weights))
  }

  /// Σ_h Σ_j (V_h k_j) (k_jᵀ W_h t_p) for the tokens t and the keys k, [tokens, rows of V]; and
  /// W_h t_p, [H, tokens, E].
  private func attend(
    _ tokens: Tensor, _ keys: Tensor, _ mask: Tensor?, _ weights: Weights,
    _ name: String
  ) -> (asked: Tensor, sums: Tensor) {
    let columns = weights.keyQuery.extent(-1)
    let asked = einsum("hec,pc->hpe", weights.keyQuery, tokens.slice(0..<columns, axis: -1))
    let scores = einsum("hpe,je->hpj", asked, keys)
    let allowed = (mask.map { scores * $0 } ?? scores).named(name)
    let values = einsum("hve,je->hjv", weights.value, keys)
    return (asked, einsum("hpj,hjv->pv", allowed, values))
  }
}
