/// Whether a run came near ridge regression and left it again, and when.
///
/// At each step: the loss on new tasks, and the distances to ridge and to dMMSE on trained tasks.
/// Carroll et al. 2025 (arXiv 2501.17745): the critical step is where the loss on new tasks is least.
public struct TransientCourse: Hashable, Sendable {
  public enum Kind: Int, Sendable {
    /// It did not come nearer to ridge than to dMMSE, or it stays there.
    case none = 0
    /// It has begun to leave, and is still nearer to ridge.
    case unfinished = 1
    case transient = 2
  }

  public struct Limits: Hashable, Sendable {
    /// The least relative dip that counts.
    public var dip = 0.1
    /// How much of the way from the first loss to ridge's it must have gone before it can be near
    /// ridge: an untrained network is nearer to ridge too, since both say little.
    public var learned = 0.2

    public init() {}
  }

  public let kind: Kind
  /// In words.
  public let reason: String
  /// Where the loss on new tasks is least.
  public let criticalStep: Double
  public let leastLoss: Double
  public let finalLoss: Double
  /// The first step after learning began at which it is nearer to ridge; infinite if there is none.
  public let begin: Double
  /// Where it is nearer to dMMSE again, on the straight line between steps; infinite if never.
  public let end: Double
  /// To ridge and to dMMSE at the critical step, then at the end.
  public let distances: [Double]

  public var dip: Double { finalLoss - leastLoss }
  /// dip / (dMMSE's loss on new tasks - least loss).
  public let relativeDip: Double

  /// - Parameters:
  ///   - steps: at least one, rising.
  ///   - loss: on new tasks.
  ///   - ridgeLoss: of ridge regression on the same prompts.
  ///   - dmmseLoss: of dMMSE on the same prompts; nil where the set is not finite.
  ///   - toDMMSE: nil where the set is not finite.
  public init(
    steps: [Double], loss: [Double], ridgeLoss: Double, dmmseLoss: Double?, toRidge: [Double],
    toDMMSE: [Double]?, limits: Limits = Limits()
  ) {
    precondition(!steps.isEmpty && steps.count == loss.count && steps.count == toRidge.count)
    let last = steps.count - 1
    let least = loss.indices.min { loss[$0] < loss[$1] } ?? 0
    (criticalStep, leastLoss, finalLoss) = (steps[least], loss[least], loss[last])
    let whole = loss[0] - ridgeLoss
    let hasLearned = { (place: Int) in loss[0] - loss[place] > limits.learned * whole }
    guard let dmmseLoss, let toDMMSE else {
      (kind, reason) = (.none, "there is no finite set of tasks to memorise")
      (begin, end, relativeDip) = (.infinity, .infinity, 0)
      distances = [toRidge[least], .nan, toRidge[last], .nan]
      return
    }
    distances = [toRidge[least], toDMMSE[least], toRidge[last], toDMMSE[last]]
    let room = dmmseLoss - leastLoss
    relativeDip = room > 0 ? (finalLoss - leastLoss) / room : 0
    let isNearer = { (place: Int) in toRidge[place] < toDMMSE[place] }
    begin =
      steps.indices.first { hasLearned($0) && isNearer($0) && $0 <= least }.map { steps[$0] }
      ?? .infinity
    end =
      steps.indices.first { $0 > least && !isNearer($0) }.map { place in
        let before = toDMMSE[place - 1] - toRidge[place - 1]
        let after = toDMMSE[place] - toRidge[place]
        guard before > after, before > 0 else { return steps[place] }
        return steps[place - 1] + (steps[place] - steps[place - 1]) * before / (before - after)
      } ?? .infinity
    if !hasLearned(least) {
      (kind, reason) = (.none, "the loss on new tasks is least before anything is learnt")
    } else if !isNearer(least) {
      (kind, reason) = (.none, "where it is nearest to ridge it is nearer to dMMSE")
    } else if relativeDip <= limits.dip {
      (kind, reason) = (
        .none,
        isNearer(last)
          ? "it stays with ridge" : "the loss on new tasks hardly rises after its minimum"
      )
    } else if isNearer(last) {
      (kind, reason) = (.unfinished, "it has begun to leave ridge, and is still nearer to it")
    } else {
      (kind, reason) = (.transient, "it came near ridge, and left for dMMSE")
    }
  }
}
