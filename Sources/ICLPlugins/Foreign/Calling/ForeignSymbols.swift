internal import CFFI
internal import Glibc

/// The opened libraries of a manifest, and the addresses of what it declares.
final class ForeignSymbols {
  private var addresses: [String: UnsafeMutableRawPointer] = [:]
  private var prepared: [String: UnsafeMutablePointer<ffi_cif>] = [:]
  let manifest: ForeignManifest
  let path: String
  /// Functions by name, in the order of their numbers in crash reports.
  let order: [String]

  /// Opens the libraries and looks up every symbol. Runs the libraries' constructors.
  init(_ manifest: ForeignManifest, path: String) throws(PluginError) {
    self.manifest = manifest
    self.path = path
    order = Self.order(manifest)
    var handles: [UnsafeMutableRawPointer] = []
    for library in manifest.libraries {
      guard let handle = dlopen(library, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE) else {
        let reason = dlerror().map { String(cString: $0) } ?? "no reason given"
        throw PluginError(
          .cannotOpen, "the library '\(library)' cannot be opened: \(reason).",
          hint: manifest.package.map { "Install it: apt-get install \($0)" } ?? "", path: path)
      }
      handles.append(handle)
      try ForeignDebugCheck.check(manifest, handle: handle, path: path)
    }
    for name in order + manifest.variables.keys.sorted() {
      guard let address = handles.lazy.compactMap({ dlsym($0, name) }).first else {
        let fortran = handles.contains { dlsym($0, name + "_") != nil }
        throw PluginError(
          .missingSymbol,
          "no library of \(manifest.libraries.joined(separator: ", ")) has '\(name)'.",
          hint: fortran ? "Fortran's names end with an underscore: '\(name)_'." : "", path: path)
      }
      addresses[name] = address
    }
  }

  static func order(_ manifest: ForeignManifest) -> [String] { manifest.functions.keys.sorted() }

  func address(_ name: String) -> UnsafeMutableRawPointer { addresses[name]! }

  /// How libffi calls a function: found out once.
  func interface(of function: CFunction) throws(PluginError) -> UnsafeMutablePointer<ffi_cif> {
    let key = "\(function)"
    if let known = prepared[key] { return known }
    let count = function.parameters.count
    let types = UnsafeMutablePointer<UnsafeMutablePointer<ffi_type>?>.allocate(
      capacity: max(count, 1))
    for (index, parameter) in function.parameters.enumerated() {
      types.advanced(by: index).initialize(to: parameter.type.ffi)
    }
    let cif = UnsafeMutablePointer<ffi_cif>.allocate(capacity: 1)
    cif.initialize(to: ffi_cif())
    guard cffi_prepare(cif, UInt32(count), function.result.ffi, types) != 0 else {
      throw PluginError(.badManifest, "libffi cannot call \(function).", path: path)
    }
    prepared[key] = cif
    return cif
  }
}

extension CType {
  var ffi: UnsafeMutablePointer<ffi_type> {
    switch self {
    case .void, .opaque: cffi_void()
    case .integer(8, true): cffi_int8()
    case .integer(8, false): cffi_uint8()
    case .integer(16, true): cffi_int16()
    case .integer(16, false): cffi_uint16()
    case .integer(32, true): cffi_int32()
    case .integer(32, false): cffi_uint32()
    case .integer(_, true): cffi_int64()
    case .integer(_, false): cffi_uint64()
    case .float: cffi_float()
    case .double: cffi_double()
    case .pointer, .function: cffi_pointer()
    }
  }

  /// Writes a number as a value of this type; false where it does not hold it.
  func write(_ number: Double, to memory: UnsafeMutableRawPointer) -> Bool {
    func whole<Whole: FixedWidthInteger>(_ type: Whole.Type) -> Bool {
      guard let value = Whole(exactly: number) else { return false }
      memory.storeBytes(of: value, as: Whole.self)
      return true
    }
    switch self {
    case .integer(8, true): return whole(Int8.self)
    case .integer(8, false): return whole(UInt8.self)
    case .integer(16, true): return whole(Int16.self)
    case .integer(16, false): return whole(UInt16.self)
    case .integer(32, true): return whole(Int32.self)
    case .integer(32, false): return whole(UInt32.self)
    case .integer(_, true): return whole(Int64.self)
    case .integer(_, false): return whole(UInt64.self)
    case .float: memory.storeBytes(of: Float(number), as: Float.self)
    case .double: memory.storeBytes(of: number, as: Double.self)
    default: return false
    }
    return true
  }

  /// Reads a value of this type as a number.
  func read(_ memory: UnsafeRawPointer) -> Double {
    switch self {
    case .integer(8, true): Double(memory.load(as: Int8.self))
    case .integer(8, false): Double(memory.load(as: UInt8.self))
    case .integer(16, true): Double(memory.load(as: Int16.self))
    case .integer(16, false): Double(memory.load(as: UInt16.self))
    case .integer(32, true): Double(memory.load(as: Int32.self))
    case .integer(32, false): Double(memory.load(as: UInt32.self))
    case .integer(_, true): Double(memory.load(as: Int64.self))
    case .integer(_, false): Double(memory.load(as: UInt64.self))
    case .float: Double(memory.load(as: Float.self))
    case .double: memory.load(as: Double.self)
    default: .nan
    }
  }
}
