/// The functions that a manifest's components call, by their numbers in `ForeignMarker`.
struct ForeignFunctions {
  private let names: [String]
  private let libraries: String

  init(_ manifest: ForeignManifest) {
    names = ForeignSymbols.order(manifest)
    libraries = manifest.libraries.joined(separator: ", ")
  }

  /// ", in dposv_ of liblapack.so.3, item 3"; nothing where no function was running.
  func place(_ mark: (UInt64, UInt64)) -> String {
    guard mark.0 >= 1, mark.0 <= UInt64(names.count) else { return "" }
    return ", in \(names[Int(mark.0) - 1]) of \(libraries), item \(mark.1)"
  }

  var hint: String {
    "Compare the declarations with the library's header. Its calls are made in this process, for a "
      + "debugger, with: --foreign in-process."
  }
}
