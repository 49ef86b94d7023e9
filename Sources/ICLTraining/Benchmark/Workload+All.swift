extension Workload {
  /// The work that the field does, as its papers define it; the benchmarks of other programs use
  /// the same names, shapes and counts.
  public static let all: [Workload] =
    linearAttention + linearTransformers + softmaxTransformers + recurrences + predictors

  /// Zhang, Singh, Latham and Saxe 2025 (arXiv 2501.16265): 4096 fixed prompts, D = 4, N = 31,
  /// 8 heads. The loss is linear in 60 products of S = 1/N Σ e eᵀ and x_q: 4 · 60 FLOPs a prompt.
  private static let linearAttention: [Workload] = {
    func workload(
      _ name: String, _ summary: String, _ settings: [String]
    ) -> Workload {
      Workload(
        name: name, summary: summary, model: "linear-attention", task: "ridge",
        optimizer: "gradient-descent",
        settings: [
          "task.dimension=4", "task.context-length=31", "task.noise-variance=0",
          "task.scoring=query", "model.heads=8", "model.zero-blocks=never",
          "optimizer.learning-rate=0.02",
        ] + settings, batch: 4096, isFixed: true, tokens: 32, flops: 4 * 60 * 4096)
    }
    let separate = ["model.parametrization=separate", "model.initial-scale=0.2"]
    var moments = workload(
      "W1-moment", "the same by its sufficient statistics",
      ["model.initial-scale=0.05", "run.statistics=moments"])
    moments.flops = 2 * 60 * 60
    return [
      workload(
        "W1-direct", "merged linear attention, full-batch gradient descent",
        ["model.initial-scale=0.05"]),
      moments,
      workload("W2-r1", "separate linear attention of rank 1", separate + ["model.rank=1"]),
      workload("W2-r4", "separate linear attention of rank 4", separate + ["model.rank=4"]),
    ]
  }()

  /// Vladymyrov, von Oswald, Sandler and Ge 2024 (arXiv 2402.14180): d = 10, n = 20, 7 layers,
  /// noise of a deviation drawn from U(0, 5) for every prompt.
  private static let linearTransformers: [Workload] = [
    ("diag", 1), ("diag", 4), ("full", 1), ("full", 4),
  ].map { (structure, heads) in
    let (m, n) = (11.0, 20.0)
    // Scores and updates forward, and the backward pass of both; full heads also multiply weights.
    let macs =
      m * m * (2 * n + 1) + m * m * (3 * n + 2)
      + (structure == "full" ? 6 * Double(heads) * m * m * m : 0)
    return Workload(
      name: "W3-\(structure)-h\(heads)",
      summary: "linear transformer, 7 layers, \(structure) weights, \(heads) "
        + (heads == 1 ? "head" : "heads"),
      model: "linear-transformer", task: "ridge", optimizer: "adam",
      settings: [
        "task.dimension=10", "task.context-length=20", "task.noise=uniform",
        "task.noise-maximum=5", "task.scoring=query", "model.layers=7", "model.heads=\(heads)",
        "model.parametrization=\(structure)",
        "optimizer.learning-rate=0.001",
      ], batch: 2048, isFixed: false, tokens: 21, flops: 2 * macs * 7 * 2048)
  }

  /// Carroll, Hoogland, Farrugia-Roberts and Murfet 2025 (arXiv 2501.17745): pre-norm softmax
  /// transformers of 2 layers and 4 heads on 16 pairs of dimension 8.
  private static let softmaxTransformers: [Workload] = {
    func workload(_ name: String, _ width: Int, _ rate: String) -> Workload {
      let d = Double(width)
      // Embedding, projections and MLP, attention counted dense, and the read-out.
      let macs = 9 * d + 2 * (6 * d * d + 2 * 32 * d) + d
      return Workload(
        name: name, summary: "softmax transformer of width \(width)",
        model: "softmax-transformer", task: "ridge", optimizer: "adam",
        settings: [
          "task.dimension=8", "task.context-length=15", "task.noise-variance=0.0625",
          "model.layers=2", "model.heads=4", "model.width=\(width)", "model.mlp-width=\(width)",
          "optimizer.learning-rate=\(rate)",
        ], batch: 256, isFixed: false, tokens: 32, flops: 6 * macs * 32 * 256)
    }
    var chains = workload("W8", 64, "0.00001")
    chains.summary = "local learning coefficient of W4-d64 by SGLD, 4 chains"
    chains.optimizer = "sgld"
    chains.settings += ["optimizer.inverse-temperature=300", "optimizer.localization=100"]
    chains.isFixed = true
    chains.fixedPrompts = 4096
    chains.chains = 4
    chains.flops *= 4
    return [workload("W4-d64", 64, "0.001"), workload("W4-d512", 512, "0.0003"), chains]
  }()

  private static let recurrences: [Workload] = {
    let m = 11.0
    /// arXiv 2410.11687: a gated outer product, S_t = a S_{t-1} + (V c_t)(K c_t)ᵀ / N.
    func gated(_ pairs: Int, everyPrefix: Bool) -> Workload {
      let predictions = everyPrefix ? Double(pairs) : 1
      return Workload(
        name: "W5-gd-n\(pairs)", summary: "gated outer-product recurrence over \(pairs) pairs",
        model: "gd-ssm", task: "ridge", optimizer: "adam",
        settings: [
          "task.dimension=10", "task.context-length=\(everyPrefix ? pairs - 1 : pairs)",
          "task.noise-variance=0", "task.scoring=\(everyPrefix ? "every-prefix" : "query")",
          "model.divisor=\(pairs)",
          "optimizer.learning-rate=0.001",
        ], batch: 64, isFixed: false, tokens: everyPrefix ? pairs : pairs + 1,
        flops: 6 * 64 * (4 * m * m * Double(pairs) + (2 * m * m + m) * predictions))
    }
    let (channels, states, tokens) = (64.0, 16.0, 1024.0)
    let projections =
      2 * m * channels + channels * (4 + 2 * states) + 4 * channels + 2 * channels
    let selective = Workload(
      name: "W5-s6", summary: "diagonal selective scan over 1024 tokens", model: "mamba",
      task: "ridge", optimizer: "adam",
      settings: [
        "task.dimension=10", "task.context-length=1023", "task.noise-variance=0",
        "model.channels=64", "model.state=16", "model.step-rank=4",
        "optimizer.learning-rate=0.001",
      ], batch: 16, isFixed: false, tokens: 1024,
      // 7 for each state element forward and 14 backward; exponentials are not counted.
      flops: 16 * tokens * (6 * projections + 21 * channels * states))
    return [gated(10, everyPrefix: false), gated(1024, everyPrefix: true), selective]
  }()

  private static let predictors: [Workload] = {
    let (dimension, positions, tasks) = (8.0, 16.0, 16384.0)
    let prompts = [
      "task.dimension=8", "task.context-length=15", "task.noise-variance=0.0625",
    ]
    return [
      // arXiv 2505.19531: L(W) = 1/(2n) |X softmax(W) - E|², 512 bits, 32 pairs.
      Workload(
        name: "W6", summary: "k-bit AND by minimal softmax attention, teacher forcing",
        model: "softmax-mixer", task: "boolean", optimizer: "gradient-descent",
        settings: [
          "task.dimension=512", "task.support=64", "optimizer.learning-rate=500",
        ], batch: 4096, isFixed: true, tokens: 512, flops: 4 * 4096 * 512 * 32),
      // As recursive least squares.
      Workload(
        name: "W7-ridge", summary: "ridge regression at every prefix", model: "ridge",
        task: "ridge", optimizer: nil, settings: prompts + ["model.form=recursive"], batch: 65536,
        isFixed: true, tokens: 16,
        flops: 2 * 65536 * positions
          * (dimension * dimension + 3 * dimension + dimension * (dimension + 1) / 2)),
      // An exponential counts as 1.
      Workload(
        name: "W7-dmmse", summary: "posterior mean over 16384 tasks at every prefix",
        model: "dmmse", task: "ridge", optimizer: nil,
        settings: prompts + ["task.tasks=16384"], batch: 4096, isFixed: true, tokens: 16,
        flops: 4096 * positions * tasks * (2 * dimension + 7)),
    ]
  }()
}
