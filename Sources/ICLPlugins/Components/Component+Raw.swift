package import CICL

/// A component as its tables give it, for those who call it without this module's care: the
/// conformance suite makes instances and buffers of its own.
extension Component {
  package var table: icl_component { raw }

  package var modelTable: icl_model? {
    if case .model(let functions) = interface { functions } else { nil }
  }
  package var taskTable: icl_task? {
    if case .task(let functions) = interface { functions } else { nil }
  }
  package var metricTable: icl_metric? {
    if case .metric(let functions) = interface { functions } else { nil }
  }
  package var optimizerTable: icl_optimizer? {
    if case .optimizer(let functions) = interface { functions } else { nil }
  }

  /// The instance that the pointer is, which the caller made and destroys. What it is handed while
  /// it builds lies in the caller's memory.
  package func model(
    lent raw: UnsafeMutableRawPointer?, memory: any LentMemory
  ) -> ModelInstance? {
    modelTable.map { ModelInstance(Instance(self, lent: raw, memory: memory), $0) }
  }
  package func task(
    lent raw: UnsafeMutableRawPointer?, memory: any LentMemory
  ) throws(PluginError) -> TaskInstance? {
    guard let taskTable else { return nil }
    return try TaskInstance(Instance(self, lent: raw, memory: memory), taskTable)
  }
  package func metric(
    lent raw: UnsafeMutableRawPointer?, memory: any LentMemory
  ) -> MetricInstance? {
    metricTable.map { MetricInstance(Instance(self, lent: raw, memory: memory), $0) }
  }
}
