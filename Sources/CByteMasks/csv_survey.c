#include "csv_survey.h"
#include "byte_masks.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define CSV_SURVEY_X86 1
#endif

/// The masks of 64 bytes, and of the bytes from each opening quote up to the one before the closing one.
struct read_block {
  struct byte_masks found;
  uint64_t inside;
};

/// What differs between processors is inlined into the one loop below: a call a block would cost as much as the masks.
#define ALWAYS_INLINE static inline __attribute__((always_inline))

ALWAYS_INLINE struct read_block read_baseline(const uint8_t *bytes, uint8_t delimiter) {
  const struct byte_masks found = byte_masks_of(bytes, '"', delimiter);
  return (struct read_block){found, byte_masks_inside(found.quote)};
}

/// Writes `at` plus the place of each bit of `mask`, the lowest first; what follows them in `ends` may be overwritten.
ALWAYS_INLINE void list_baseline(uint64_t mask, int count, uint32_t at, uint32_t *ends) {
  // Four places a turn, needed or not: the number of turns is easier to foresee than that of the cells (measured: a tenth
  // faster than eight a turn, which most blocks do not have).
  int done = 0;
  do {
    for (int i = 0; i < 4; i++) {
      // The highest bit is the stop for a mask that is used up.
      uint32_t place = at + (uint32_t)__builtin_ctzll(mask | (uint64_t)1 << 63);
      // Hides the value, or the compiler would count the zeros of four masks in vectors, which is slower.
      __asm__("" : "+r"(place));
      ends[done + i] = place;
      mask &= mask - 1;
    }
    done += 4;
  } while (done < count);
}

ALWAYS_INLINE struct csv_survey_result survey(const uint8_t *bytes, size_t count, uint8_t delimiter,
                                              struct csv_survey_carry *carry, uint32_t *ends,
                                              struct csv_survey_block *blocks,
                                              struct read_block (*read)(const uint8_t *, uint8_t),
                                              void (*list)(uint64_t, int, uint32_t, uint32_t *)) {
  struct csv_survey_carry before = *carry;
  uint32_t *next = ends;
  uint32_t lines = 0, escapes_end = 0;
  for (size_t at = 0; at < count; at += 64) {
    const size_t left = count - at;
    uint8_t tail[64];
    const uint8_t *start = bytes + at;
    uint64_t valid = ~(uint64_t)0;
    if (left < 64) {
      memset(tail, 0, 64);
      memcpy(tail, start, left);
      start = tail;
      valid = ((uint64_t)1 << left) - 1;
    }
    // A NUL delimiter would be found in the zeros behind the end.
    const struct read_block block = read(start, delimiter);
    const uint64_t quote = block.found.quote, lf = block.found.lf, cr = block.found.cr;
    const uint64_t inside = block.inside ^ before.inside;
    const uint64_t cell_ends = (block.found.delimiter | lf | cr) & ~inside & valid;
    const uint64_t opening = quote & inside, closing = quote & ~inside;
    const uint64_t behind_quote = quote << 1 | before.quote;
    const uint64_t stray_opening = opening & ~(behind_quote | cell_ends << 1 | before.end);
    const uint64_t stray_text = (closing << 1 | before.closing) & ~(cell_ends | quote);
    const uint64_t faults = (stray_opening | stray_text) & valid;
    const uint64_t escapes = opening & behind_quote;
    const uint64_t line_ends = cr | (lf & ~(cr << 1 | before.cr));

    if (escapes) escapes_end = (uint32_t)(at + 64) - (uint32_t)__builtin_clzll(escapes);
    blocks[at / 64] = (struct csv_survey_block){line_ends, lines, escapes_end};
    lines += (uint32_t)__builtin_popcountll(line_ends);

    // Cells that end before the first fault are sound: all that `inside` knows comes from before.
    const uint64_t sound = faults ? cell_ends & ((faults & (0 - faults)) - 1) : cell_ends;
    const int found = __builtin_popcountll(sound);
    list(sound, found, (uint32_t)at, next);
    next += found;
    if (faults) return (struct csv_survey_result){(uint32_t)(next - ends), lines, 1};

    before.inside = 0 - (inside >> 63);
    before.end = cell_ends >> 63;
    before.quote = quote >> 63;
    before.closing = closing >> 63;
    before.cr = cr >> 63;
  }
  *carry = before;
  return (struct csv_survey_result){(uint32_t)(next - ends), lines, 0};
}

#ifdef CSV_SURVEY_X86

#define AVX2 __attribute__((target("avx2,bmi,lzcnt,popcnt,pclmul")))

AVX2 ALWAYS_INLINE uint64_t equal_avx2(__m256i a, __m256i b, uint8_t byte) {
  const __m256i wanted = _mm256_set1_epi8((char)byte);
  const uint64_t low = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(a, wanted));
  const uint64_t high = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(b, wanted));
  return low | high << 32;
}

AVX2 ALWAYS_INLINE struct read_block read_avx2(const uint8_t *bytes, uint8_t delimiter) {
  const __m256i a = _mm256_loadu_si256((const __m256i *)bytes);
  const __m256i b = _mm256_loadu_si256((const __m256i *)(bytes + 32));
  struct read_block block;
  block.found.quote = equal_avx2(a, b, '"');
  block.found.delimiter = equal_avx2(a, b, delimiter);
  block.found.lf = equal_avx2(a, b, '\n');
  block.found.cr = equal_avx2(a, b, '\r');
  // A product without carries by all ones is the running exclusive or, in one instruction instead of twelve.
  const __m128i product = _mm_clmulepi64_si128(_mm_set_epi64x(0, (long long)block.found.quote), _mm_set1_epi8(-1), 0);
  block.inside = (uint64_t)_mm_cvtsi128_si64(product);
  return block;
}

AVX2 static struct csv_survey_result survey_avx2(const uint8_t *bytes, size_t count, uint8_t delimiter,
                                                 struct csv_survey_carry *carry, uint32_t *ends,
                                                 struct csv_survey_block *blocks) {
  return survey(bytes, count, delimiter, carry, ends, blocks, read_avx2, list_baseline);
}

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vbmi2,avx2,bmi,lzcnt,popcnt,pclmul")))

AVX512 ALWAYS_INLINE struct read_block read_avx512(const uint8_t *bytes, uint8_t delimiter) {
  const __m512i all = _mm512_loadu_si512(bytes);
  struct read_block block;
  block.found.quote = _mm512_cmpeq_epi8_mask(all, _mm512_set1_epi8('"'));
  block.found.delimiter = _mm512_cmpeq_epi8_mask(all, _mm512_set1_epi8((char)delimiter));
  block.found.lf = _mm512_cmpeq_epi8_mask(all, _mm512_set1_epi8('\n'));
  block.found.cr = _mm512_cmpeq_epi8_mask(all, _mm512_set1_epi8('\r'));
  const __m128i product = _mm_clmulepi64_si128(_mm_set_epi64x(0, (long long)block.found.quote), _mm_set1_epi8(-1), 0);
  block.inside = (uint64_t)_mm_cvtsi128_si64(product);
  return block;
}

/// The places are the numbers 0 to 63 without those whose bit is not set: one instruction moves the others together.
AVX512 ALWAYS_INLINE void list_avx512(uint64_t mask, int count, uint32_t at, uint32_t *ends) {
  static const uint8_t numbers[64] __attribute__((aligned(64))) = {
      0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
      16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
      32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
      48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63};
  const __m512i places = _mm512_maskz_compress_epi8(mask, _mm512_load_si512(numbers));
  const __m512i start = _mm512_set1_epi32((int)at);
  _mm512_storeu_si512(ends, _mm512_add_epi32(_mm512_cvtepu8_epi32(_mm512_castsi512_si128(places)), start));
  if (count <= 16) return;
  uint8_t bytes[64];
  _mm512_storeu_si512(bytes, places);
  for (int i = 16; i < count; i++) ends[i] = at + bytes[i];
}

AVX512 static struct csv_survey_result survey_avx512(const uint8_t *bytes, size_t count, uint8_t delimiter,
                                                     struct csv_survey_carry *carry, uint32_t *ends,
                                                     struct csv_survey_block *blocks) {
  return survey(bytes, count, delimiter, carry, ends, blocks, read_avx512, list_avx512);
}

#endif

struct csv_survey_result csv_survey_as(enum csv_processor processor, const uint8_t *bytes, size_t count,
                                       uint8_t delimiter, struct csv_survey_carry *carry, uint32_t *ends,
                                       struct csv_survey_block *blocks) {
#ifdef CSV_SURVEY_X86
  if (processor == csv_processor_avx512) return survey_avx512(bytes, count, delimiter, carry, ends, blocks);
  if (processor == csv_processor_avx2) return survey_avx2(bytes, count, delimiter, carry, ends, blocks);
#endif
  return survey(bytes, count, delimiter, carry, ends, blocks, read_baseline, list_baseline);
}

struct csv_survey_result csv_survey(const uint8_t *bytes, size_t count, uint8_t delimiter, struct csv_survey_carry *carry,
                                    uint32_t *ends, struct csv_survey_block *blocks) {
  return csv_survey_as(csv_processor_best(), bytes, count, delimiter, carry, ends, blocks);
}
