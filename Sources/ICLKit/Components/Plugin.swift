import CICL

/// The table that a plugin hands to the host.
///
///     @c @implementation
///     public func icl_plugin_v1(
///       _ host: UnsafePointer<icl_host>?, _ lowest: UInt32, _ highest: UInt32,
///       _ error: UnsafeMutablePointer<icl_error>?
///     ) -> UnsafePointer<icl_plugin>? {
///       Plugin.table(host, lowest, highest, error, name: "mine", components: MyModel.self)
///     }
public enum Plugin {
  /// The lowest minor version that has all that ICLKit calls.
  private static let minor: UInt32 = 0

  /// Called once, from the entry point. Returns nil, with an error, if the host speaks none of our
  /// versions.
  public static func table(
    _ host: UnsafePointer<icl_host>?, _ lowest: UInt32, _ highest: UInt32,
    _ error: UnsafeMutablePointer<icl_error>?, name: String, version: String = "1.0.0",
    license: String = "Apache-2.0", url: String? = nil, components: any Component.Type...
  ) -> UnsafePointer<icl_plugin>? {
    guard lowest <= minor, minor <= highest else {
      _ = report(
        ICL_VERSION, "",
        "\(name) needs interface \(ICL_ABI_MAJOR).\(minor), the host speaks "
          + "\(ICL_ABI_MAJOR).\(lowest) to \(ICL_ABI_MAJOR).\(highest)", in: error)
      return nil
    }
    guard components.count <= creators.count else {
      _ = report(
        ICL_FAILED, "",
        "\(name) has \(components.count) components, ICLKit takes \(creators.count) a plugin",
        in: error)
      return nil
    }
    registered = components
    let table = icl_plugin(
      struct_size: size(icl_plugin.self), abi_minor: minor, name: permanent(name),
      version: permanent(version), license: permanent(license), url: url.map(permanent),
      components: permanent(zip(components, creators).map { describe($0, $1) }),
      component_count: UInt32(components.count), reserved: 0)
    return permanent([table])
  }

  private static func describe(_ type: any Component.Type, _ create: Creator) -> icl_component {
    let declarations = options(of: type.init()).map { $1.declaration(property: $0) }
    let interface = type.interface
    return icl_component(
      struct_size: size(icl_component.self), kind: interface.kind, id: permanent(type.id),
      version: permanent(type.version), summary: permanent(type.summary),
      options: declarations.isEmpty ? nil : permanent(declarations),
      option_count: UInt32(declarations.count), reserved: 0, create: create,
      destroy: { instance in
        if let instance { Unmanaged<AnyObject>.fromOpaque(instance).release() }
      }, interface: interface.table, extension: nil)
  }
}
