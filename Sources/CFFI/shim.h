/* What Swift needs of libffi: it cannot read mutable globals, nor call through `void (*)(void)`. */
#ifndef ICL_CFFI_SHIM_H
#define ICL_CFFI_SHIM_H

#include <ffi.h>

static inline ffi_type *cffi_void(void) { return &ffi_type_void; }
static inline ffi_type *cffi_pointer(void) { return &ffi_type_pointer; }
static inline ffi_type *cffi_float(void) { return &ffi_type_float; }
static inline ffi_type *cffi_double(void) { return &ffi_type_double; }
static inline ffi_type *cffi_int8(void) { return &ffi_type_sint8; }
static inline ffi_type *cffi_uint8(void) { return &ffi_type_uint8; }
static inline ffi_type *cffi_int16(void) { return &ffi_type_sint16; }
static inline ffi_type *cffi_uint16(void) { return &ffi_type_uint16; }
static inline ffi_type *cffi_int32(void) { return &ffi_type_sint32; }
static inline ffi_type *cffi_uint32(void) { return &ffi_type_uint32; }
static inline ffi_type *cffi_int64(void) { return &ffi_type_sint64; }
static inline ffi_type *cffi_uint64(void) { return &ffi_type_uint64; }

/* Nonzero where the signature can be called. types must live as long as the cif. */
static inline int cffi_prepare(ffi_cif *cif, unsigned int count, ffi_type *result,
                               ffi_type **types) {
  return ffi_prep_cif(cif, FFI_DEFAULT_ABI, count, result, types) == FFI_OK;
}

/* As above, for a function with varargs after the first fixed arguments. */
static inline int cffi_prepare_variadic(ffi_cif *cif, unsigned int fixed, unsigned int count,
                                        ffi_type *result, ffi_type **types) {
  return ffi_prep_cif_var(cif, FFI_DEFAULT_ABI, fixed, count, result, types) == FFI_OK;
}

/* Calls the function at an address, as dlsym gives it. */
static inline void cffi_call(ffi_cif *cif, void *function, void *result, void **arguments) {
  ffi_call(cif, (void (*)(void))function, result, arguments);
}

typedef void (*cffi_handler)(ffi_cif *cif, void *result, void **arguments, void *user);

/* A plain C function that calls the handler with user; NULL where there is no memory. It lives
 * until the process ends. */
static inline void *cffi_closure(ffi_cif *cif, cffi_handler handler, void *user) {
  void *code = 0;
  ffi_closure *closure = (ffi_closure *)ffi_closure_alloc(sizeof(ffi_closure), &code);
  if (!closure || ffi_prep_closure_loc(closure, cif, handler, user, code) != FFI_OK) return 0;
  return code;
}

#endif
