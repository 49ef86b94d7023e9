import ICLKit

/// The residual streams: the context pairs, and one query token for each scored position.
///
/// Scored at the query, every token attends to all N pairs and the query. Scored at every prefix,
/// position k attends to the pairs j < k and itself, and the pair j to the pairs up to itself.
struct Tokens {
  let graph: Graph
  let task: Signature
  let attention: Attention
  /// [N, E]
  let context: Tensor
  /// [positions, E]
  let queries: Tensor

  init(_ graph: Graph, _ task: Signature, _ attention: Attention) {
    self.graph = graph
    self.task = task
    self.attention = attention
    let x = graph.input("x")
    context = PromptLayout.contextPairs(x, graph.input("y"))
    let first = task.contextLength + 1 - task.positions
    queries = PromptLayout.queryTokens(
      x[first..<task.contextLength + 1], outputs: task.outputDimension)
  }

  private init(_ old: Tokens, context: Tensor, queries: Tensor) {
    graph = old.graph
    task = old.task
    attention = old.attention
    self.context = context
    self.queries = queries
  }

  private var isCausal: Bool { task.scoring == .everyPrefix }

  /// [positions, O]
  var queryLabels: Tensor {
    queries.slice(
      task.inputDimension..<task.inputDimension + task.outputDimension, axis: -1)
  }

  /// What a layer adds to the query tokens, [positions, rows of V].
  func queryUpdate(_ weights: Weights) -> Tensor {
    let n = task.contextLength
    let asked = ask(queries, weights)
    let pairScores = einsum("hpe,je->hpj", asked, context)
    let ownScores = einsum("hpe,pe->hp", asked, queries).named("own-scores")
    let pairValues = einsum("hve,je->hjv", weights.value, context)
    let ownValues = einsum("hve,pe->hpv", weights.value, queries)
    guard attention.kind == .softmax else {
      let mask = isCausal ? graph.causalMask(task.positions, n, strictly: true) : nil
      let scores = (mask.map { pairScores * $0 } ?? pairScores).named("scores")
      let sums =
        einsum("hpj,hjv->pv", scores, pairValues) + einsum("hp,hpv->pv", ownScores, ownValues)
      return attention.divided(sums) { isCausal ? $0 : n }
    }
    let heads = weights.keyQuery.extent(0)
    let all = concatenate(
      [pairScores.named("scores"), ownScores.reshaped([heads, task.positions, 1])], axis: -1)
    let mask =
      isCausal
      ? graph.constant([task.positions, n + 1]) { $0[1] < $0[0] || $0[1] == n ? 1 : 0 } : nil
    let shares = all.softmax(mask: mask).named("attention")
    let own = shares.slice(n..<n + 1, axis: -1).reshaped([heads, task.positions])
    return einsum("hpj,hjv->pv", shares.slice(0..<n, axis: -1), pairValues)
      + einsum("hp,hpv->pv", own, ownValues)
  }

  /// Both streams after a layer.
  func updated(_ weights: Weights) -> Tokens {
    let n = task.contextLength
    let keys = isCausal ? context : concatenate([context, queries], axis: 0)
    let mask = isCausal ? graph.causalMask(n, n) : nil
    let raw = einsum("hpe,je->hpj", ask(context, weights), keys)
    let values = einsum("hve,je->hjv", weights.value, keys)
    let update: Tensor
    if attention.kind == .softmax {
      update = einsum("hpj,hjv->pv", raw.softmax(mask: mask).named("context-attention"), values)
    } else {
      let scores = (mask.map { raw * $0 } ?? raw).named("context-scores")
      update = attention.divided(einsum("hpj,hjv->pv", scores, values)) {
        isCausal ? $0 + 1 : n
      }
    }
    return Tokens(self, context: context + update, queries: queries + queryUpdate(weights))
  }

  /// W_h t_p for the tokens t, [H, tokens, E].
  private func ask(_ tokens: Tensor, _ weights: Weights) -> Tensor {
    einsum("hec,pc->hpe", weights.keyQuery, tokens.slice(0..<weights.keyQuery.extent(-1), axis: -1))
  }
}
