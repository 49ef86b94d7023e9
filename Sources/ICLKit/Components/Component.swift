import CICL

/// What every component has: a name, a sentence, a version, and options (see `Option`).
///
/// Conform to `Model`, `Predictor`, `Task`, `SampledTask`, `Metric`, `Optimizer` or `Minimizer`,
/// which provide `interface` and `instance`.
public protocol Component {
  /// Kebab-case, unique in the plugin for its kind.
  static var id: String { get }
  /// One sentence.
  static var summary: String { get }
  static var version: String { get }

  /// With every option at its default.
  init()

  static var interface: Interface { get }
  /// The object that the host holds. It is called from the functions in `interface`.
  func instance() -> AnyObject
}

extension Component {
  public static var version: String { "1.0.0" }
}

/// A kind of component and its table of functions, which lives for ever.
public struct Interface {
  let kind: UInt32
  let table: UnsafeRawPointer

  init<Table>(_ kind: UInt32, _ table: Table) {
    self.kind = kind
    self.table = UnsafeRawPointer(permanent([table]))
  }
}

/// Calls with the object behind an instance pointer, without touching its reference count.
func with<Object: AnyObject, Result>(
  _ instance: UnsafeMutableRawPointer?, as type: Object.Type, _ body: (Object) throws -> Result
) throws -> Result {
  guard let instance else { throw KitError("the host passed no instance", code: .failed) }
  return try Unmanaged<Object>.fromOpaque(instance)._withUnsafeGuaranteedRef(body)
}
