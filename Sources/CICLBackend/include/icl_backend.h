/* SPDX-License-Identifier: Apache-2.0
 *
 * Between the engine and its backends: a tile program as plain data.
 *
 * A backend is built once per instruction set. It runs a list of instructions on one tile of
 * prompts. No Swift type crosses. This is not part of the plugin ABI and may change at any time.
 */
#ifndef ICL_BACKEND_H
#define ICL_BACKEND_H

#include <stdint.h>

/* Prompts in a tile: the innermost extent of every batched array. */
#define ICL_TILE_LANES 16

/* opcode */
#define ICL_OP_UNARY 1u
#define ICL_OP_BINARY 2u
#define ICL_OP_SELECT 3u
#define ICL_OP_COPY 4u
#define ICL_OP_FILL 5u
#define ICL_OP_EINSUM 6u
#define ICL_OP_REDUCE 7u
#define ICL_OP_FIRST_MAXIMUM 8u
#define ICL_OP_SOFTMAX 9u
#define ICL_OP_CUMULATIVE_SUM 10u
#define ICL_OP_RECURRENCE 11u
#define ICL_OP_GATHER 12u
#define ICL_OP_SCATTER 13u
#define ICL_OP_RANDOM 14u
#define ICL_OP_SOLVE 15u
#define ICL_OP_SCAN 17u
#define ICL_OP_CALL 18u
#define ICL_OP_MULTIPLY_ADD 19u
#define ICL_OP_CHOLESKY 20u

/* flags: which arrays hold a vector of lanes for each element; the others hold one scalar. */
#define ICL_BATCHED_OUT 1u
#define ICL_BATCHED_0 2u
#define ICL_BATCHED_1 4u
#define ICL_BATCHED_2 8u
/* The result is added to what is there. */
#define ICL_ACCUMULATES 16u
/* The result is summed over the prompts of the tile and added to scalars. */
#define ICL_SUMS_LANES 32u
/* The result is added to an operand that is laid out as the result is. */
#define ICL_ADDS_OPERAND 64u

/* variant of a contraction: its columns follow each other in the result, or in the second operand. */
#define ICL_RUN_OUT 1u
#define ICL_RUN_1 2u
/* Rows and columns are the same: the result is a symmetric matrix for each group. */
#define ICL_SYMMETRIC 4u

/* variant of ICL_OP_MULTIPLY_ADD: c + a b, c - a b, a b - c, a b c. */
#define ICL_PLUS_PRODUCT 0u
#define ICL_MINUS_PRODUCT 1u
#define ICL_PRODUCT_MINUS 2u
#define ICL_PRODUCT_TIMES 3u

typedef struct icl_tile {
  /* Base addresses by space number; scans write the slots of their slices. */
  void **spaces;
  uint64_t first_prompt;
  uint64_t step;
  /* Prompts in this tile; lanes beyond only fill it. */
  int64_t active;
} icl_tile;

/* arguments: see the kernel of each opcode. Offsets and strides count elements. */
typedef struct icl_instruction {
  uint16_t opcode;
  uint16_t variant;
  uint32_t flags;
  const int64_t *arguments;
  const void *data;
} icl_instruction;

/* What ICL_OP_CALL runs: work that the host does itself. Returns 0, or a code that stops the run. */
typedef struct icl_callback {
  int32_t (*function)(void *user, const icl_tile *tile, const icl_instruction *instruction);
  void *user;
} icl_callback;

typedef int32_t (*icl_backend_run)(const icl_instruction *instructions, int64_t count,
                                   const icl_tile *tile);

/* Filled by the backend's one exported symbol, icl_backend_v1. */
typedef struct icl_backend {
  icl_backend_run run_f32;
  icl_backend_run run_f64;
  /* Does rounds times 16 multiply-adds in each of some independent chains (2, 4 or 12) of vectors of
   * Floats; returns how many floating-point operations that were. */
  double (*multiply_adds)(int64_t rounds, int64_t chains, float *result);
  /* out = a + b / 2, for vectors of 16 Floats. */
  void (*stream)(int64_t vectors, const float *a, const float *b, float *out);
} icl_backend;

typedef void (*icl_backend_entry)(icl_backend *backend);

/* Subnormal numbers cost a factor of ten. Float kernels treat them as zero: results and operands.
 * Returns the mode that was there, for icl_restore_mode; nothing else of it changes. */
static inline uint32_t icl_flush_subnormals(void) {
#if defined(__x86_64__)
  const uint32_t mode = __builtin_ia32_stmxcsr();
  __builtin_ia32_ldmxcsr(mode | 0x8040u);
  return mode;
#else
  return 0;
#endif
}

/* For code that the host runs between kernels. */
static inline uint32_t icl_leave_kernels(void) {
#if defined(__x86_64__)
  const uint32_t mode = __builtin_ia32_stmxcsr();
  __builtin_ia32_ldmxcsr(mode & ~0x8040u);
  return mode;
#else
  return 0;
#endif
}

static inline void icl_restore_mode(uint32_t mode) {
#if defined(__x86_64__)
  __builtin_ia32_ldmxcsr(mode);
#else
  (void)mode;
#endif
}

/* Sixteen lanes at once. Swift's own functions on vectors of this size are loops over the lanes that
 * the optimizer does not always turn back into one instruction. */
typedef float icl_floats __attribute__((ext_vector_type(16)));
typedef double icl_doubles __attribute__((ext_vector_type(16)));

#define ICL_INLINE static inline __attribute__((always_inline))

/* The same number, of which the compiler knows nothing. An offset that goes through here stays one: else it
 * becomes a pointer for every operand, and these do not fit into the registers. */
ICL_INLINE intptr_t icl_opaque(intptr_t offset) {
  __asm__("" : "+r"(offset));
  return offset;
}

/* Reads memory once, line by line, so that it comes into the caches as a stream. */
ICL_INLINE void icl_touch(const void *memory, intptr_t bytes) {
  for (intptr_t at = 0; at < bytes; at += 64) (void)*((const volatile char *)memory + at);
}

ICL_INLINE icl_floats icl_fused_f32(icl_floats a, icl_floats b, icl_floats c) {
  return __builtin_elementwise_fma(a, b, c);
}
ICL_INLINE icl_doubles icl_fused_f64(icl_doubles a, icl_doubles b, icl_doubles c) {
  return __builtin_elementwise_fma(a, b, c);
}
ICL_INLINE icl_floats icl_square_root_f32(icl_floats a) { return __builtin_elementwise_sqrt(a); }
ICL_INLINE icl_doubles icl_square_root_f64(icl_doubles a) { return __builtin_elementwise_sqrt(a); }
/* Of one register, for lanes that are wider. */
#define ICL_SQUARE_ROOT(name, scalar, count)                                      \
  typedef scalar icl_##name __attribute__((ext_vector_type(count)));              \
  ICL_INLINE icl_##name icl_square_root_##name(icl_##name a) {                    \
    return __builtin_elementwise_sqrt(a);                                         \
  }
ICL_SQUARE_ROOT(f32x4, float, 4)
ICL_SQUARE_ROOT(f32x8, float, 8)
ICL_SQUARE_ROOT(f64x2, double, 2)
ICL_SQUARE_ROOT(f64x4, double, 4)
ICL_SQUARE_ROOT(f64x8, double, 8)
ICL_INLINE icl_floats icl_floor_f32(icl_floats a) { return __builtin_elementwise_floor(a); }

#if defined(__AVX512F__)
#include <immintrin.h>

/* e^x = 2^(j / 16) 2^k e^r with |r| <= ln 2 / 32: the power of 2 from a table in one register, e^r as a
 * cubic. Relative error below 2e-7; overflow, underflow and NaN as in libm. */
ICL_INLINE icl_floats icl_exp_f32(icl_floats x) {
  const __m512 powers = _mm512_setr_ps(
      1.000000000f, 1.044273734f, 1.090507746f, 1.138788581f,
      1.189207077f, 1.241857767f, 1.296839595f, 1.354255557f,
      1.414213538f, 1.476826191f, 1.542210817f, 1.610490322f,
      1.681792855f, 1.756252170f, 1.834008098f, 1.915206552f);
  const __m512 magic = _mm512_set1_ps(12582912.0f);
  /* Of two operands of which one is NaN these give the second. */
  const __m512 bounded = _mm512_max_ps(
      _mm512_set1_ps(-104.0f), _mm512_min_ps(_mm512_set1_ps(89.0f), (__m512)x));
  const __m512 shifted = _mm512_fmadd_ps(bounded, _mm512_set1_ps(23.083120654f), magic);
  const __m512 k = _mm512_sub_ps(shifted, magic);
  __m512 r = _mm512_fnmadd_ps(k, _mm512_set1_ps(4.332169890404e-02f), bounded);
  r = _mm512_fnmadd_ps(k, _mm512_set1_ps(-1.190408882579e-10f), r);
  /* The whole number stands in the low bits, of which the table takes four. */
  const __m512 power = _mm512_permutexvar_ps(_mm512_castps_si512(shifted), powers);
  const __m512 half = _mm512_fmadd_ps(r, _mm512_set1_ps(1.0f / 6.0f), _mm512_set1_ps(0.5f));
  const __m512 p = _mm512_fmadd_ps(_mm512_mul_ps(r, r), half, r);
  return (icl_floats)_mm512_scalef_ps(
      _mm512_fmadd_ps(power, p, power), _mm512_mul_ps(k, _mm512_set1_ps(0.0625f)));
}
#endif

/* What this processor and its system can run: 0 baseline, 1 AVX2 with FMA, 2 AVX-512 as in
 * x86-64-v4. */
static inline int32_t icl_processor_level(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl")) {
    return 2;
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
      __builtin_cpu_supports("bmi2")) {
    return 1;
  }
#endif
  return 0;
}

#endif
