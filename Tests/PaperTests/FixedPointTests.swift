import LinearAttentionDynamics
import Testing

/// Fixed points and their losses against tables of the paper's setting (float64, ± 1e-6).
@Suite struct FixedPointTests {
  @Test func constantsOfTheSpectrum() {
    expect(usual.inflation, [1.112903226, 1.139784946, 1.193548387, 1.354838710])
    expect(usual.optimum, [2.246376812, 2.924528302, 4.189189189, 7.380952381])
    let limits = (0..<4).map { HeadGrowth(usual, component: $0).limit }
    expect(limits, [1.309666953, 1.430052373, 1.612043133, 1.947021742])
    #expect(abs(usual.driveNorm - 0.188148877) < 1e-9)
  }

  /// Indexed by the bits of the components that are learnt.
  private static let subsets: [(Set<Int>, Double)] = [
    ([], 1), ([1], 0.640579710), ([2], 0.736792453), ([3], 0.832432432), ([4], 0.926190476),
    ([1, 2], 0.377372163), ([1, 3], 0.473012143), ([1, 4], 0.566770186),
    ([2, 3], 0.569224885), ([2, 4], 0.662982929), ([3, 4], 0.758622909),
    ([1, 2, 3], 0.209804595), ([1, 2, 4], 0.303562639), ([1, 3, 4], 0.399202619),
    ([2, 3, 4], 0.495415361), ([1, 2, 3, 4], 0.135995072),
  ]

  @Test func allSixteenFixedPoints() {
    for (subset, loss) in Self.subsets {
      let bits = subset.reduce(0) { $0 | 1 << ($1 - 1) }
      expect([usual.fixedPointLosses[bits]], [loss], "\(subset)")
      let diagonal = (0..<4).map { subset.contains($0 + 1) ? usual.optimum[$0] : 0 }
      expect([usual.loss(diagonal: diagonal)], [loss], within: 1e-9, "\(subset)")
    }
  }

  /// v = ‖k‖ = ‖q‖ = μ^(1/3) along the learnt components, one head each; and merged W.
  @Test func theirGradientsVanish() {
    for (subset, _) in Self.subsets {
      var keys = [Double](repeating: 0, count: 16)
      var values = [Double](repeating: 0, count: 4)
      for d in subset.map({ $0 - 1 }) {
        values[d] = HeadGrowth(usual, component: d).limit
        keys[d * 4 + d] = values[d]
      }
      let heads = Heads(values: values, keys: keys, queries: keys, rank: 1, dimension: 4)
      let force = usual.force(map: heads.map(dimension: 4))
      for head in 0..<4 {
        for a in 0..<4 {
          let along = (0..<4).reduce(0) { $0 + force[a * 4 + $1] * keys[head * 4 + $1] }
          #expect(abs(values[head] * along) < 1e-15, "\(subset)")
          #expect(abs(keys[head * 4 + a] * along) < 1e-15, "\(subset)")
        }
      }
    }
  }

  struct Setting: Sendable {
    var eigenvalues: [Double]
    var contextLength: Int
    var losses: [Double]
  }

  static let settings = [
    Setting(
      eigenvalues: spectrum, contextLength: 8,
      losses: [1, 0.721739130, 0.527144536, 0.412858822, 0.370753558]),
    Setting(
      eigenvalues: spectrum, contextLength: 100,
      losses: [1, 0.613526570, 0.325986634, 0.137307389, 0.047217299]),
    Setting(
      eigenvalues: (1...8).reversed().map { Double($0) / 36 }, contextLength: 31,
      losses: [
        1, 0.811263318, 0.648976993, 0.513012081, 0.403176480, 0.319165640, 0.260453519,
        0.226009074, 0.213345676,
      ]),
    Setting(
      eigenvalues: [0.25, 0.25, 0.25, 0.25], contextLength: 31,
      losses: [1, 0.784722222, 0.569444444, 0.354166667, 0.138888889]),
    Setting(
      eigenvalues: [1, 1, 1, 1], contextLength: 31,
      losses: [4, 3.138888889, 2.277777778, 1.416666667, 0.555555556]),
    Setting(
      eigenvalues: [2.0 / 3, 1.0 / 3], contextLength: 31, losses: [1, 0.383084577, 0.087846482]),
  ]

  @Test(arguments: settings)
  func plateausOfOtherSettings(_ setting: Setting) {
    let population = Population(
      eigenvalues: setting.eigenvalues, contextLength: setting.contextLength)
    expect(population.plateauLosses, setting.losses)
  }

  @Test func varyingContextLength() {
    let pairs = Population(eigenvalues: spectrum, contextsUpTo: 31, byTokens: false)
    expect(pairs.optimum, [1.718580, 2.132721, 2.809830, 4.116882])
    expect(pairs.plateauLosses, [1, 0.725027131, 0.533082197, 0.420688980, 0.379520155])
    let tokens = Population(eigenvalues: spectrum, contextsUpTo: 31, byTokens: true)
    expect(tokens.optimum, [2.051365, 2.580777, 3.478501, 5.333897])
    expect(tokens.plateauLosses, [1, 0.704163936, 0.494810009, 0.369397696, 0.321321209])
  }

  @Test func headsOfHigherRank() {
    let cases: [([Int], Double, [Double])] = [
      ([0, 1], 1.729240995, [1.139760344, 1.300469445]),
      ([2, 3], 2.261758464, [1.360949075, 1.806479716]),
      ([0, 1, 2, 3], 2.558159010, [0.937081871, 1.069212793, 1.279679519, 1.698605140]),
    ]
    for (components, value, keys) in cases {
      let head = RankHead(usual, components: components)
      expect([head.value], [value], "\(components)")
      expect(head.keys, keys, "\(components)")
      // They make W = Σ μ e eᵀ.
      expect(
        head.keys.map { head.value * $0 * $0 }, components.map { usual.optimum[$0] },
        within: 1e-12)
    }
  }
}
