#include "cell_texts.h"
#include "byte_masks.h"
#include "cell_piece.h"

/// Whether the ends of a cell that is not empty are as they should be.
static int has_plain_ends(const uint8_t *from, size_t length) { return (from[0] > '#') & (from[length - 1] > ' '); }

static uint64_t texts_baseline(const struct csv_cell *cells, size_t count, const uint8_t *arena) {
  uint64_t in_order = 0;
  for (size_t i = 0; i < count; i++) {
    const size_t length = csv_cell_length(cells[i]);
    const uint8_t *from = arena + cells[i].offset;
    const int is_in_order =
        length == 0 || (length <= cell_texts_longest && has_plain_ends(from, length) && byte_masks_is_plain(from, length));
    in_order |= (uint64_t)is_in_order << i;
  }
  return in_order;
}

#ifdef __x86_64__

/// Not zero if one of the `left` bytes at `from`, or of the first 32 of them, is out of order.
typedef uint32_t wrong_function(const uint8_t *from, size_t left);

/// A cell of up to 32 bytes is one load and one comparison, whatever its length. `wrong` is inlined: it is all that differs between
/// processors.
static inline __attribute__((always_inline)) uint64_t texts(
    const struct csv_cell *cells, size_t count, const uint8_t *arena, wrong_function *wrong) {
  uint64_t in_order = 0;
  for (size_t i = 0; i < count; i++) {
    const size_t length = csv_cell_length(cells[i]);
    if (length > cell_texts_longest) continue;
    const uint8_t *from = arena + cells[i].offset;
    uint32_t found = 0;
    size_t at = 0;
    do {
      found |= wrong(from + at, length - at);
      at += 32;
    } while (at < length);
    const int is_in_order = length == 0 || (!found && has_plain_ends(from, length));
    in_order |= (uint64_t)is_in_order << i;
  }
  return in_order;
}

CELL_PIECE_AVX2 static inline __attribute__((always_inline)) uint32_t wrong_avx2(const uint8_t *from, size_t left) {
  const __m256i lowest = _mm256_set1_epi8(0x0E), width = _mm256_set1_epi8(0x80 - 0x0E);
  const __m256i above = _mm256_sub_epi8(cell_piece(from, left), lowest);
  // Greater or equal, without a sign: the greater of both is the byte itself.
  const __m256i outside = _mm256_cmpeq_epi8(_mm256_max_epu8(above, width), above);
  return (uint32_t)_mm256_movemask_epi8(outside) & cell_piece_mask(left);
}

/// Measured by `make bench-micro`: twice as fast as the baseline.
CELL_PIECE_AVX2 static uint64_t texts_avx2(const struct csv_cell *cells, size_t count, const uint8_t *arena) {
  return texts(cells, count, arena, wrong_avx2);
}

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,bmi2")))

AVX512 static inline __attribute__((always_inline)) uint32_t wrong_avx512(const uint8_t *from, size_t left) {
  const __m256i lowest = _mm256_set1_epi8(0x0E), width = _mm256_set1_epi8(0x80 - 0x0E);
  const __mmask32 there = left < 32 ? _bzhi_u32(~0u, (uint32_t)left) : ~0u;
  return _mm256_mask_cmpge_epu8_mask(there, _mm256_sub_epi8(_mm256_maskz_loadu_epi8(there, from), lowest), width);
}

/// Measured by `make bench-micro`: 5 ns a cell instead of 18.
AVX512 static uint64_t texts_avx512(const struct csv_cell *cells, size_t count, const uint8_t *arena) {
  return texts(cells, count, arena, wrong_avx512);
}

#endif

uint64_t cell_texts_in_order_as(enum csv_processor processor, const struct csv_cell *cells, size_t count,
                                const uint8_t *arena) {
#ifdef __x86_64__
  if (processor == csv_processor_avx512) return texts_avx512(cells, count, arena);
  if (processor == csv_processor_avx2) return texts_avx2(cells, count, arena);
#endif
  return texts_baseline(cells, count, arena);
}

uint64_t cell_texts_in_order(const struct csv_cell *cells, size_t count, const uint8_t *arena) {
  return cell_texts_in_order_as(csv_processor_best(), cells, count, arena);
}
