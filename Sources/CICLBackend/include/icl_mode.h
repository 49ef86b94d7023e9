/* SPDX-License-Identifier: Apache-2.0
 *
 * The control bits of the floating-point unit. fegetenv takes 100 ns, since it saves and reloads all of
 * the old unit's state; these read the two control words.
 */
#ifndef ICL_MODE_H
#define ICL_MODE_H

#include <stdint.h>

/* Rounding, flush-to-zero and traps, without the flags that say what has happened. On x86-64 that of
 * the vector unit in the low half, that of the old unit above. */
static inline uint64_t icl_floating_point_mode(void) {
#if defined(__x86_64__)
  uint16_t word;
  __asm__ volatile("fnstcw %0" : "=m"(word));
  return (uint64_t)word << 32 | (__builtin_ia32_stmxcsr() & ~0x3fu);
#elif defined(__aarch64__)
  uint64_t mode;
  __asm__ volatile("mrs %0, fpcr" : "=r"(mode));
  return mode;
#else
  return 0;
#endif
}

static inline void icl_set_floating_point_mode(uint64_t mode) {
#if defined(__x86_64__)
  const uint16_t word = (uint16_t)(mode >> 32);
  __asm__ volatile("fldcw %0" : : "m"(word));
  __builtin_ia32_ldmxcsr((uint32_t)mode | (__builtin_ia32_stmxcsr() & 0x3fu));
#elif defined(__aarch64__)
  __asm__ volatile("msr fpcr, %0" : : "r"(mode));
#else
  (void)mode;
#endif
}

#endif
