import ICLRecords
import ICLTraining

/// All papers with their figures and checks, and the time that each takes here.
public struct PaperListing: Sendable {
  public struct Item: Sendable {
    public enum Kind: String, Sendable { case paper, figure, check }

    public var kind: Kind
    /// "linear-attention-dynamics/figure-3a"
    public var name: String
    public var title: String
    /// nil where nobody has ever measured it.
    public var seconds: Double?
    /// nil also where the short form leaves it out.
    public var quickSeconds: Double?
  }

  public var items: [Item] = []
  /// Papers that cannot be read, and why.
  public var refusals: [Failure] = []

  /// - Parameter data: the user's data folder, in which times are kept.
  public init(_ catalog: PaperCatalog, data: String?) {
    let speed = MachineSpeed.measure()
    for (name, folder) in catalog.papers {
      do {
        let paper = try Paper(reading: folder)
        let times = PaperTimes(paper, data: data, speed: speed)
        items.append(Self.item(.paper, name, paper.title, paper, part: nil, times))
        for figure in paper.figures {
          items.append(
            Self.item(.figure, "\(name)/\(figure.id)", figure.title, paper, part: figure.id, times))
        }
        for check in paper.checks {
          items.append(
            Self.item(.check, "\(name)/\(check.id)", check.title, paper, part: check.id, times))
        }
      } catch {
        refusals.append(Failure(error))
      }
    }
  }

  private static func item(
    _ kind: Item.Kind, _ name: String, _ title: String, _ paper: Paper, part: String?,
    _ times: PaperTimes
  ) -> Item {
    let seconds = { (isQuick: Bool) in
      Reproduction(paper, part: part, form: ReproductionForm(isQuick: isQuick)).seconds(times)
    }
    return Item(
      kind: kind, name: name, title: title, seconds: seconds(false), quickSeconds: seconds(true))
  }

  public var document: JSON {
    [
      "papers": .array(
        items.map { item in
          [
            "kind": .text(item.kind.rawValue), "name": .text(item.name),
            "title": .text(item.title), "seconds": item.seconds.map { .real($0) } ?? nil,
            "quick_seconds": item.quickSeconds.map { .real($0) } ?? nil,
          ]
        }),
      "refusals": .array(refusals.map { .text($0.description) }),
    ]
  }
}
