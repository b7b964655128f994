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

/// As for AVX-512 below, with a load that reads behind the cell instead of one with a mask (measured by `make bench-micro`:
/// twice as fast as the baseline).
CELL_PIECE_AVX2 static uint64_t texts_avx2(const struct csv_cell *cells, size_t count, const uint8_t *arena) {
  const __m256i lowest = _mm256_set1_epi8(0x0E), width = _mm256_set1_epi8(0x80 - 0x0E);
  uint64_t in_order = 0;
  for (size_t i = 0; i < count; i++) {
    const size_t length = csv_cell_length(cells[i]);
    if (length > cell_texts_longest) continue;
    const uint8_t *from = arena + cells[i].offset;
    uint32_t wrong = 0;
    size_t at = 0;
    do {
      const __m256i above = _mm256_sub_epi8(cell_piece(from + at, length - at), lowest);
      // Greater or equal, without a sign: the greater of both is the byte itself.
      const __m256i outside = _mm256_cmpeq_epi8(_mm256_max_epu8(above, width), above);
      wrong |= (uint32_t)_mm256_movemask_epi8(outside) & cell_piece_mask(length - at);
      at += 32;
    } while (at < length);
    const int is_in_order = length == 0 || (!wrong && has_plain_ends(from, length));
    in_order |= (uint64_t)is_in_order << i;
  }
  return in_order;
}

/// A cell of up to 32 bytes is one load and one comparison, whatever its length (measured by `make bench-micro`: 5 ns a cell
/// instead of 18).
__attribute__((target("avx512f,avx512bw,avx512vl,bmi2"))) static uint64_t texts_avx512(
    const struct csv_cell *cells, size_t count, const uint8_t *arena) {
  const __m256i lowest = _mm256_set1_epi8(0x0E), width = _mm256_set1_epi8(0x80 - 0x0E);
  uint64_t in_order = 0;
  for (size_t i = 0; i < count; i++) {
    const size_t length = csv_cell_length(cells[i]);
    if (length > cell_texts_longest) continue;
    const uint8_t *from = arena + cells[i].offset;
    __mmask32 wrong = 0;
    size_t at = 0;
    do {
      const size_t left = length - at;
      const __mmask32 there = left < 32 ? _bzhi_u32(~0u, (uint32_t)left) : ~0u;
      const __m256i above = _mm256_sub_epi8(_mm256_maskz_loadu_epi8(there, from + at), lowest);
      wrong |= _mm256_mask_cmpge_epu8_mask(there, above, width);
      at += 32;
    } while (at < length);
    const int is_in_order = length == 0 || (!wrong && has_plain_ends(from, length));
    in_order |= (uint64_t)is_in_order << i;
  }
  return in_order;
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
