import ICLPlugins

extension ComponentListing {
  /// Everything in the search path, and the libraries there that cannot be used.
  public static func all(
    in catalog: PluginCatalog
  ) -> (components: [ComponentListing], refusals: [PluginCatalog.Refusal]) {
    let (entries, refusals) = catalog.all()
    return (entries.map(ComponentListing.init), refusals)
  }
}
