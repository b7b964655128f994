// A piece of a cell in an AVX2 register: one load, whatever the cell's length.
#ifndef CELL_PIECE_H
#define CELL_PIECE_H

#if defined(__x86_64__)
#include <immintrin.h>
#include <stdint.h>
#include <string.h>

/// The loads below read behind a cell, though never where nothing may be read, and what they find there is masked out; a
/// sanitizer would take each for a fault.
#define CELL_PIECE_AVX2 __attribute__((target("avx2,bmi,bmi2"), no_sanitize("address", "thread")))

/// The 32 bytes at `from`, of which `left` belong to the cell; what the others are is not said.
///
/// AVX2 cannot load with a mask of bytes. A page that the cell's own bytes lie in can be read to its end; a cell that ends less
/// than 32 bytes before that, as one in a hundred does, is copied first.
CELL_PIECE_AVX2 static inline __attribute__((always_inline)) __m256i cell_piece(const uint8_t *from, size_t left) {
  enum { smallest_page = 4096 };
  static const uint8_t nothing[32];
  // An empty cell has no page of its own.
  if (left == 0) from = nothing;
  if (left < 32 && ((uintptr_t)from & (smallest_page - 1)) > smallest_page - 32) {
    uint8_t copy[32] = {0};
    memcpy(copy, from, left);
    return _mm256_loadu_si256((const __m256i *)copy);
  }
  return _mm256_loadu_si256((const __m256i *)from);
}

/// A bit for each byte of a piece that belongs to the cell.
CELL_PIECE_AVX2 static inline __attribute__((always_inline)) uint32_t cell_piece_mask(size_t left) {
  return left < 32 ? _bzhi_u32(~0u, (uint32_t)left) : ~0u;
}

#endif
#endif
