#include "csv_survey.h"
#include "byte_masks.h"
#include "cell_ends.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define CSV_SURVEY_X86 1
#endif

/// The masks of 64 bytes, and of the bytes from each opening quote up to the one before the closing one.
struct read_block {
  struct byte_masks found;
  uint64_t inside;
};

ALWAYS_INLINE struct read_block read_baseline(const uint8_t *bytes, uint8_t delimiter) {
  const struct byte_masks found = byte_masks_of(bytes, '"', delimiter);
  return (struct read_block){found, byte_masks_inside(found.quote)};
}

/// The masks of a piece, each a list: a loop that makes one of others takes as many blocks at a time as a register holds. Those
/// that are looked at one byte before have the block before the piece as their first.
struct piece_masks {
  uint64_t quote[1 + csv_survey_blocks];
  uint64_t delimiter[csv_survey_blocks];
  uint64_t lf[csv_survey_blocks];
  uint64_t cr[1 + csv_survey_blocks];
  /// From each opening quote up to the byte before the closing one.
  uint64_t inside[csv_survey_blocks];
  uint64_t closing[1 + csv_survey_blocks];
  uint64_t cell_ends[1 + csv_survey_blocks];
  uint64_t row_ends[1 + csv_survey_blocks];
  /// The ends of cells in quotes.
  uint64_t quoted[csv_survey_blocks];
  /// The ends of lines without a character: no cells.
  uint64_t empty[csv_survey_blocks];
  uint64_t line_ends[csv_survey_blocks];
  /// The second quotes of doubled ones.
  uint64_t escapes[csv_survey_blocks];
  uint64_t faults[csv_survey_blocks];
};

typedef struct read_block read_function(const uint8_t *, uint8_t);

/// Reads the masks of a block, and finds what is in quotes.
ALWAYS_INLINE uint64_t read_masks_of_block(const uint8_t *bytes, uint8_t delimiter, uint64_t inside, size_t number,
                                           struct piece_masks *piece, read_function *read) {
  const struct read_block block = read(bytes, delimiter);
  piece->quote[1 + number] = block.found.quote;
  piece->delimiter[number] = block.found.delimiter;
  piece->lf[number] = block.found.lf;
  piece->cr[1 + number] = block.found.cr;
  piece->inside[number] = block.inside ^ inside;
  return 0 - (piece->inside[number] >> 63);
}

/// The same for a piece.
ALWAYS_INLINE void read_masks(const uint8_t *bytes, size_t count, uint8_t delimiter, uint64_t inside,
                              struct piece_masks *piece, read_function *read) {
  const size_t whole = count / 64, left = count % 64;
  for (size_t i = 0; i < whole; i++) {
    inside = read_masks_of_block(bytes + i * 64, delimiter, inside, i, piece, read);
  }
  if (!left) return;
  uint8_t tail[64] = {0};
  memcpy(tail, bytes + whole * 64, left);
  read_masks_of_block(tail, delimiter, inside, whole, piece, read);
  // A NUL delimiter would be found in the zeros behind the end.
  piece->delimiter[whole] &= ((uint64_t)1 << left) - 1;
}

/// A mask moved on by one byte: a bit is set where it is set for the byte before.
#define BEHIND(mask, number) (mask[1 + (number)] << 1 | mask[number] >> 63)

/// Makes the other masks of those that were read.
ALWAYS_INLINE void derive_masks(struct piece_masks *piece, size_t blocks) {
  INDEPENDENT_TURNS
  for (size_t i = 0; i < blocks; i++) {
    const uint64_t outside = ~piece->inside[i];
    piece->closing[1 + i] = piece->quote[1 + i] & outside;
    piece->row_ends[1 + i] = (piece->lf[i] | piece->cr[1 + i]) & outside;
    piece->cell_ends[1 + i] = (piece->lf[i] | piece->cr[1 + i] | piece->delimiter[i]) & outside;
  }
  INDEPENDENT_TURNS
  for (size_t i = 0; i < blocks; i++) {
    const uint64_t quote = piece->quote[1 + i], opening = quote & piece->inside[i];
    const uint64_t cell_ends = piece->cell_ends[1 + i];
    const uint64_t behind_quote = BEHIND(piece->quote, i), behind_closing = BEHIND(piece->closing, i);
    const uint64_t stray_opening = opening & ~(behind_quote | BEHIND(piece->cell_ends, i));
    const uint64_t stray_text = behind_closing & ~(cell_ends | quote);
    piece->faults[i] = stray_opening | stray_text;
    piece->escapes[i] = opening & behind_quote;
    piece->quoted[i] = cell_ends & behind_closing;
    piece->empty[i] = piece->row_ends[1 + i] & BEHIND(piece->row_ends, i);
    piece->line_ends[i] = piece->cr[1 + i] | (piece->lf[i] & ~BEHIND(piece->cr, i));
  }
}

/// Cuts the masks of a piece behind its first fault, and gives how many blocks are left. Cells that end before it are sound:
/// all that `inside` knows comes from before.
ALWAYS_INLINE size_t cut_at_fault(struct piece_masks *piece, size_t blocks, size_t count) {
  // Nothing is behind the end.
  if (count & 63) piece->faults[blocks - 1] &= ((uint64_t)1 << (count & 63)) - 1;
  uint64_t any = 0;
  for (size_t i = 0; i < blocks; i++) any |= piece->faults[i];
  if (!any) return blocks;
  size_t block = 0;
  while (!piece->faults[block]) block++;
  const uint64_t sound = (piece->faults[block] & (0 - piece->faults[block])) - 1;
  piece->cell_ends[1 + block] &= sound;
  piece->row_ends[1 + block] &= sound;
  piece->quoted[block] &= sound;
  piece->empty[block] &= sound;
  return block + 1;
}

/// Finds the rows of a piece, its line ends and its doubled quotes.
ALWAYS_INLINE struct csv_survey_result find_rows(const struct piece_masks *piece, size_t blocks, struct csv_survey_found *out) {
  struct csv_survey_result found = {0, 0, 0, 0};
  uint32_t escapes_end = 0;
  for (size_t i = 0; i < blocks; i++) {
    const uint64_t cells = piece->cell_ends[1 + i] & ~piece->empty[i];
    const uint32_t place = (uint32_t)(i * 64);
    for (uint64_t rest = piece->row_ends[1 + i]; rest; rest &= rest - 1) {
      const int up_to = __builtin_popcountll(cells & (rest ^ (rest - 1)));
      out->rows[found.rows++] =
          (struct csv_survey_row){place + (uint32_t)__builtin_ctzll(rest), found.cells + (uint32_t)up_to};
    }
    if (piece->escapes[i]) escapes_end = place + 64 - (uint32_t)__builtin_clzll(piece->escapes[i]);
    out->blocks[i] = (struct csv_survey_block){piece->line_ends[i], found.lines, escapes_end};
    found.lines += (uint32_t)__builtin_popcountll(piece->line_ends[i]);
    found.cells += (uint32_t)__builtin_popcountll(cells);
  }
  found.is_faulty = piece->faults[blocks - 1] != 0;
  return found;
}

/// Writes the cells of a piece, block by block, and gives where the next one begins.
ALWAYS_INLINE uint32_t list_cells(const struct piece_masks *piece, size_t blocks, uint32_t at, uint32_t open,
                                  struct csv_cell *cells, list_function *list) {
  for (size_t i = 0; i < blocks; i++, at += 64) {
    const struct block_ends ends = {piece->cell_ends[1 + i], piece->quoted[i], piece->empty[i]};
    if (ends.empty) {
      cells += list_with_empty_lines(ends, at, open, cells);
    } else {
      const int count = __builtin_popcountll(ends.all);
      list(ends, count, at, open, cells);
      cells += count;
    }
    if (ends.all) open = at + 64 - (uint32_t)__builtin_clzll(ends.all);
  }
  return open;
}

/// The same, without a function for the cells of a block.
ALWAYS_INLINE uint32_t list_noted_cells(const struct piece_masks *piece, size_t blocks, uint32_t at, uint32_t open,
                                        struct csv_cell *cells) {
  struct noted_ends noted;
  noted.count = 0;
  noted.gap_count = 0;
  noted.places[0] = open - 1;
  for (size_t i = 0; i < blocks; i++, at += 64) {
    const uint64_t ends = piece->cell_ends[1 + i] & ~piece->empty[i];
    if (piece->empty[i]) note_gaps(piece->empty[i], ends, at, &noted);
    note_ends(ends, piece->quoted[i], at, &noted);
  }
  return make_cells(&noted, cells);
}

/// `list` is null where the processor has no better way than `list_noted_cells`.
ALWAYS_INLINE struct csv_survey_result survey(const uint8_t *text, size_t start, size_t count, uint8_t delimiter,
                                              struct csv_survey_carry *carry, struct csv_survey_found *out,
                                              read_function *read, list_function *list) {
  struct piece_masks piece;
  piece.quote[0] = carry->quote;
  piece.closing[0] = carry->closing;
  piece.cell_ends[0] = carry->cell_ends;
  piece.row_ends[0] = carry->row_ends;
  piece.cr[0] = carry->cr;
  const size_t all = (count + 63) / 64;
  read_masks(text + start, count, delimiter, carry->inside, &piece, read);
  derive_masks(&piece, all);
  const size_t blocks = cut_at_fault(&piece, all, count);
  const struct csv_survey_result found = find_rows(&piece, blocks, out);
  const uint32_t open = list ? list_cells(&piece, blocks, (uint32_t)start, carry->open, out->cells, list)
                             : list_noted_cells(&piece, blocks, (uint32_t)start, carry->open, out->cells);
  *carry = (struct csv_survey_carry){
      0 - (piece.inside[all - 1] >> 63), piece.cell_ends[all], piece.row_ends[all], piece.quote[all],
      piece.closing[all], piece.cr[all], open};
  return found;
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

AVX2 static struct csv_survey_result survey_avx2(const uint8_t *text, size_t start, size_t count, uint8_t delimiter,
                                                 struct csv_survey_carry *carry, struct csv_survey_found *out) {
  return survey(text, start, count, delimiter, carry, out, read_avx2, NULL);
}

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vbmi2,avx2,bmi,bmi2,lzcnt,popcnt,pclmul")))

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

/// Sixteen cells at a time. The places are the numbers 0 to 63 without those whose bit is not set: one instruction moves the
/// others together; a cell begins behind the place before its own.
AVX512 ALWAYS_INLINE void list_avx512(struct block_ends ends, int count, uint32_t at, uint32_t open,
                                      struct csv_cell *cells) {
  static const uint8_t numbers[64] __attribute__((aligned(64))) = {
      0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
      16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
      32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
      48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63};
  const __m512i one = _mm512_set1_epi32(1), length_mask = _mm512_set1_epi32(csv_cell_length_mask);
  const __m512i absent = _mm512_set1_epi32(1 << csv_cell_length_bits);
  const __m512i low_pairs = _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  const __m512i high_pairs = _mm512_setr_epi32(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  __m512i places = _mm512_maskz_compress_epi8(ends.all, _mm512_load_si512(numbers));
  uint64_t quoted = _pext_u64(ends.quoted, ends.all);
  __m512i last = _mm512_set1_epi32((int)open - 1);
  for (int done = 0;;) {
    const __m512i end = _mm512_add_epi32(_mm512_cvtepu8_epi32(_mm512_castsi512_si128(places)), _mm512_set1_epi32((int)at));
    const __m512i start = _mm512_add_epi32(_mm512_alignr_epi32(end, last, 15), one);
    const __mmask16 quotes = (__mmask16)quoted;
    const __m512i offset = _mm512_mask_add_epi32(start, quotes, start, one);
    __m512i length = _mm512_sub_epi32(end, offset);
    length = _mm512_and_si512(_mm512_mask_sub_epi32(length, quotes, length, one), length_mask);
    length = _mm512_mask_or_epi32(length, _mm512_cmpeq_epi32_mask(start, end), length, absent);
    _mm512_storeu_si512(cells + done, _mm512_permutex2var_epi32(offset, low_pairs, length));
    _mm512_storeu_si512(cells + done + 8, _mm512_permutex2var_epi32(offset, high_pairs, length));
    done += 16;
    if (done >= count) return;
    places = _mm512_alignr_epi32(places, places, 4);
    quoted >>= 16;
    last = end;
  }
}

AVX512 static struct csv_survey_result survey_avx512(const uint8_t *text, size_t start, size_t count, uint8_t delimiter,
                                                     struct csv_survey_carry *carry, struct csv_survey_found *out) {
  return survey(text, start, count, delimiter, carry, out, read_avx512, list_avx512);
}

#endif

struct csv_survey_result csv_survey_as(enum csv_processor processor, const uint8_t *text, size_t start, size_t count,
                                       uint8_t delimiter, struct csv_survey_carry *carry, struct csv_survey_found *out) {
#ifdef CSV_SURVEY_X86
  if (processor == csv_processor_avx512) return survey_avx512(text, start, count, delimiter, carry, out);
  if (processor == csv_processor_avx2) return survey_avx2(text, start, count, delimiter, carry, out);
#endif
  return survey(text, start, count, delimiter, carry, out, read_baseline, NULL);
}

struct csv_survey_result csv_survey(const uint8_t *text, size_t start, size_t count, uint8_t delimiter,
                                    struct csv_survey_carry *carry, struct csv_survey_found *out) {
  return csv_survey_as(csv_processor_best(), text, start, count, delimiter, carry, out);
}
