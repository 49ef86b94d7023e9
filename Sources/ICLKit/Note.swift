/// The ELF note that says what this library is before any of its code runs: name "ICL", type 1,
/// major and minor version of the interface.
///
/// The linker keeps it in every shared library that has ICLKit in it.
@section(".note.icl") @used
let note: (UInt32, UInt32, UInt32, UInt8, UInt8, UInt8, UInt8, UInt32, UInt32) =
  (4, 8, 1, 73, 67, 76, 0, 1, 0)
