import CICL

// `create` gets no pointer that says which component is meant, and a C function cannot carry a
// Swift type. So each component of a plugin gets a function of its own, by number.

typealias Creator =
  @convention(c) (
    UnsafePointer<icl_host>?, UnsafePointer<UnsafePointer<icl_value>?>?, UInt32,
    UnsafeMutablePointer<UnsafeMutableRawPointer?>?, UnsafeMutablePointer<icl_error>?
  ) -> Int32

/// Written once, by the entry point, before the host can call anything else; only read after that.
nonisolated(unsafe) var registered: [any Component.Type] = []

let creators: [Creator] = [
  { create(0, $0, $1, $2, $3, $4) }, { create(1, $0, $1, $2, $3, $4) },
  { create(2, $0, $1, $2, $3, $4) },
  { create(3, $0, $1, $2, $3, $4) }, { create(4, $0, $1, $2, $3, $4) },
  { create(5, $0, $1, $2, $3, $4) },
  { create(6, $0, $1, $2, $3, $4) }, { create(7, $0, $1, $2, $3, $4) },
  { create(8, $0, $1, $2, $3, $4) },
  { create(9, $0, $1, $2, $3, $4) }, { create(10, $0, $1, $2, $3, $4) },
  { create(11, $0, $1, $2, $3, $4) },
  { create(12, $0, $1, $2, $3, $4) }, { create(13, $0, $1, $2, $3, $4) },
  { create(14, $0, $1, $2, $3, $4) },
  { create(15, $0, $1, $2, $3, $4) },
]

private func create(
  _ number: Int, _ host: UnsafePointer<icl_host>?,
  _ values: UnsafePointer<UnsafePointer<icl_value>?>?, _ count: UInt32,
  _ instance: UnsafeMutablePointer<UnsafeMutableRawPointer?>?,
  _ error: UnsafeMutablePointer<icl_error>?
) -> Int32 {
  guarded(error) {
    let component = try make(registered[number], host, values, count)
    instance?.pointee = Unmanaged.passRetained(component.instance()).toOpaque()
  }
}
