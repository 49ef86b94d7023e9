import CFFI
import Glibc
import Testing

@Suite struct ForeignCallTests {
  @Test(arguments: [-1.5, 0, 0.25, 3.0]) func cosineThroughLibffi(_ x: Double) throws {
    let symbol = try #require(dlsym(dlopen("libm.so.6", RTLD_NOW), "cos"))
    let types = UnsafeMutablePointer<UnsafeMutablePointer<ffi_type>?>.allocate(capacity: 1)
    defer { types.deallocate() }
    types.initialize(to: cffi_double())
    var cif = ffi_cif()
    try #require(cffi_prepare(&cif, 1, cffi_double(), types) != 0)
    var argument = x
    var result = 0.0
    withUnsafeMutablePointer(to: &argument) { argument in
      var arguments: [UnsafeMutableRawPointer?] = [UnsafeMutableRawPointer(argument)]
      cffi_call(&cif, symbol, &result, &arguments)
    }
    #expect(result == cos(x))
  }
}
