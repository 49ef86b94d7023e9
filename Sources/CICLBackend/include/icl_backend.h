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

/* variant of ICL_OP_RECURRENCE: what is added in each step is a product, of b and of one more operand. */
#define ICL_ADDS_PRODUCT 1u

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

/* The sixteen sums over lanes of sixteen arrays, in their order. */
ICL_INLINE icl_floats icl_sums_f32(const float *arrays) {
  const icl_floats *a = (const icl_floats *)arrays;
#define ICL_LOW(x, y) \
  __builtin_shufflevector(x, y, 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29)
#define ICL_HIGH(x, y) \
  __builtin_shufflevector(x, y, 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31)
#define ICL_LOW_PAIRS(x, y) \
  __builtin_shufflevector(x, y, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29)
#define ICL_HIGH_PAIRS(x, y) \
  __builtin_shufflevector(x, y, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31)
  /* Within each quarter of the lanes: [quarter][array] for four arrays. */
  icl_floats fours[4];
  for (int n = 0; n < 4; n++) {
    const icl_floats x = ICL_LOW(a[4 * n], a[4 * n + 1]) + ICL_HIGH(a[4 * n], a[4 * n + 1]);
    const icl_floats y = ICL_LOW(a[4 * n + 2], a[4 * n + 3]) + ICL_HIGH(a[4 * n + 2], a[4 * n + 3]);
    fours[n] = ICL_LOW_PAIRS(x, y) + ICL_HIGH_PAIRS(x, y);
  }
#undef ICL_LOW
#undef ICL_HIGH
#undef ICL_LOW_PAIRS
#undef ICL_HIGH_PAIRS
  /* Halves to halves, then quarters to quarters. */
#define ICL_HALVES(x, y, ...) __builtin_shufflevector(x, y, __VA_ARGS__)
  icl_floats two[2];
  for (int n = 0; n < 2; n++)
    two[n] = ICL_HALVES(fours[2 * n], fours[2 * n + 1], 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20,
                        21, 22, 23) +
             ICL_HALVES(fours[2 * n], fours[2 * n + 1], 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27,
                        28, 29, 30, 31);
  const icl_floats sums = ICL_HALVES(two[0], two[1], 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25,
                                     26, 27) +
                          ICL_HALVES(two[0], two[1], 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28,
                                     29, 30, 31);
#undef ICL_HALVES
  return sums;
}

typedef float icl_eight_floats __attribute__((ext_vector_type(8), aligned(4)));

typedef float icl_four_floats __attribute__((ext_vector_type(4), aligned(4)));
typedef int32_t icl_four_numbers __attribute__((ext_vector_type(4)));

/* Adds four numbers, without the first so many, to those at a place. */
ICL_INLINE void icl_add_four_f32(float *to, icl_floats from, int32_t quarter, int32_t first) {
  const icl_four_floats four = quarter == 0   ? from.s0123
                               : quarter == 1 ? from.s4567
                               : quarter == 2 ? from.s89ab
                                              : from.scdef;
  const icl_four_numbers kept = (icl_four_numbers){0, 1, 2, 3} >= first;
  const icl_four_numbers bits = __builtin_bit_cast(icl_four_numbers, four) & kept;
  *(icl_four_floats *)to += __builtin_bit_cast(icl_four_floats, bits);
}

/* Eight arrays of sixteen lanes to sixteen rows of eight: to[lane * stride + n] is lane of array n, which is
 * columns[n] arrays behind from. */
ICL_INLINE void icl_turn_f32(
    const float *from, const int32_t *columns, float *to, intptr_t stride) {
#define ICL_PAIR(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
  for (int half = 0; half < 16; half += 8) {
    icl_eight_floats r[8], pairs[8], fours[8];
    for (int n = 0; n < 8; n++)
      r[n] = *(const icl_eight_floats *)(from + 16 * (intptr_t)columns[n] + half);
    for (int n = 0; n < 8; n += 2) {
      pairs[n] = ICL_PAIR(r[n], r[n + 1], 0, 8, 1, 9, 4, 12, 5, 13);
      pairs[n + 1] = ICL_PAIR(r[n], r[n + 1], 2, 10, 3, 11, 6, 14, 7, 15);
    }
    for (int n = 0; n < 8; n += 4)
      for (int i = 0; i < 2; i++) {
        fours[n + 2 * i] = ICL_PAIR(pairs[n + i], pairs[n + 2 + i], 0, 1, 8, 9, 4, 5, 12, 13);
        fours[n + 2 * i + 1] = ICL_PAIR(pairs[n + i], pairs[n + 2 + i], 2, 3, 10, 11, 6, 7, 14, 15);
      }
    for (int i = 0; i < 4; i++) {
      *(icl_eight_floats *)(to + (half + i) * stride) =
          ICL_PAIR(fours[i], fours[4 + i], 0, 1, 2, 3, 8, 9, 10, 11);
      *(icl_eight_floats *)(to + (half + 4 + i) * stride) =
          ICL_PAIR(fours[i], fours[4 + i], 4, 5, 6, 7, 12, 13, 14, 15);
    }
  }
#undef ICL_PAIR
}

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
