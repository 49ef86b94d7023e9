/// A metric with its options filled: begin, accumulate each chunk in order, finish. [main]
public final class MetricInstance: @unchecked Sendable {
  public let component: Component
  init(component: Component) { self.component = component }
  public var needs: MetricNeeds { fatalError() }
  public func begin(_ signature: Signature) throws(PluginError) { fatalError() }
  public func accumulate(_ chunk: EvaluationChunk) throws(PluginError) { fatalError() }
  public func finish() throws(PluginError) -> [MetricValues] { fatalError() }
  /// Ends an evaluation that was given up; does nothing where none is under way.
  public func abandon() { fatalError() }
}
