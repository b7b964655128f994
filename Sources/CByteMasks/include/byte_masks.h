// Which of 64 bytes are quotes, delimiters, line feeds and carriage returns: one bit a byte.
//
// Header only, so that Swift inlines it; csv_survey.h makes cells of the masks. SSE2 belongs to every x86-64; elsewhere plain
// 64-bit arithmetic does the same. Bit i stands for byte i.
#ifndef BYTE_MASKS_H
#define BYTE_MASKS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__SSE2__) && !defined(BYTE_MASKS_PORTABLE)
#define BYTE_MASKS_SSE2 1
#include <emmintrin.h>
#endif

/// What a block of 64 bytes holds.
struct byte_masks {
  uint64_t quote;
  uint64_t delimiter;
  uint64_t lf;
  uint64_t cr;
};

#ifdef BYTE_MASKS_SSE2

static inline uint64_t byte_masks_equal_(__m128i a, __m128i b, __m128i c, __m128i d, uint8_t byte) {
  const __m128i wanted = _mm_set1_epi8((char)byte);
  const uint64_t m0 = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(a, wanted));
  const uint64_t m1 = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(b, wanted));
  const uint64_t m2 = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(c, wanted));
  const uint64_t m3 = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(d, wanted));
  return m0 | m1 << 16 | m2 << 32 | m3 << 48;
}

/// The masks of the 64 bytes at `bytes`.
static inline struct byte_masks byte_masks_of(const uint8_t *bytes, uint8_t quote, uint8_t delimiter) {
  const __m128i a = _mm_loadu_si128((const __m128i *)bytes);
  const __m128i b = _mm_loadu_si128((const __m128i *)(bytes + 16));
  const __m128i c = _mm_loadu_si128((const __m128i *)(bytes + 32));
  const __m128i d = _mm_loadu_si128((const __m128i *)(bytes + 48));
  struct byte_masks masks;
  masks.quote = byte_masks_equal_(a, b, c, d, quote);
  masks.delimiter = byte_masks_equal_(a, b, c, d, delimiter);
  masks.lf = byte_masks_equal_(a, b, c, d, '\n');
  masks.cr = byte_masks_equal_(a, b, c, d, '\r');
  return masks;
}

#else

/// Eight bytes as a number whose lowest byte is the first one, on every machine.
static inline uint64_t byte_masks_load8_(const uint8_t *bytes) {
  uint64_t word;
  memcpy(&word, bytes, 8);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap64(word);
#endif
  return word;
}

/// One bit for each of the eight bytes of `word` that equals `byte`.
static inline uint64_t byte_masks_equal8_(uint64_t word, uint8_t byte) {
  const uint64_t low = 0x7f7f7f7f7f7f7f7fULL;
  const uint64_t x = word ^ (0x0101010101010101ULL * byte);
  // Bit 7 of a byte is set exactly where the byte of x is zero; no carry leaves its byte.
  const uint64_t zero = ~(((x & low) + low) | x | low);
  return ((zero >> 7) * 0x0102040810204080ULL) >> 56;
}

/// The masks of the 64 bytes at `bytes`.
static inline struct byte_masks byte_masks_of(const uint8_t *bytes, uint8_t quote, uint8_t delimiter) {
  struct byte_masks masks = {0, 0, 0, 0};
  for (int i = 0; i < 8; i++) {
    const uint64_t word = byte_masks_load8_(bytes + 8 * i);
    masks.quote |= byte_masks_equal8_(word, quote) << (8 * i);
    masks.delimiter |= byte_masks_equal8_(word, delimiter) << (8 * i);
    masks.lf |= byte_masks_equal8_(word, '\n') << (8 * i);
    masks.cr |= byte_masks_equal8_(word, '\r') << (8 * i);
  }
  return masks;
}

#endif

/// The masks of the `count` (at most 64) bytes at `bytes`; reads nothing behind them, and the other bits are
/// 0.
static inline struct byte_masks byte_masks_of_tail(const uint8_t *bytes, size_t count, uint8_t quote,
                                                   uint8_t delimiter) {
  uint8_t block[64] = {0};
  memcpy(block, bytes, count);
  struct byte_masks masks = byte_masks_of(block, quote, delimiter);
  if (count < 64) {
    const uint64_t valid = ((uint64_t)1 << count) - 1;
    masks.quote &= valid;
    masks.delimiter &= valid;
    masks.lf &= valid;
    masks.cr &= valid;
  }
  return masks;
}

/// Bit i is the exclusive or of the bits 0...i: set from an opening quote up to the byte before the closing
/// one.
static inline uint64_t byte_masks_inside(uint64_t quotes) {
  quotes ^= quotes << 1;
  quotes ^= quotes << 2;
  quotes ^= quotes << 4;
  quotes ^= quotes << 8;
  quotes ^= quotes << 16;
  quotes ^= quotes << 32;
  return quotes;
}

/// The place of the first CR or LF among `count` bytes, or `count`.
static inline size_t byte_masks_line_end(const uint8_t *bytes, size_t count) {
  size_t at = 0;
  for (; at < count; at += 64) {
    const size_t left = count - at;
    const struct byte_masks masks = left >= 64 ? byte_masks_of(bytes + at, '"', ',')
                                               : byte_masks_of_tail(bytes + at, left, '"', ',');
    const uint64_t ends = masks.lf | masks.cr;
    if (ends) return at + (size_t)__builtin_ctzll(ends);
  }
  return count;
}

/// Not zero if one of the eight bytes of `word` makes a cell need quotes.
static inline uint64_t byte_masks_special8_(uint64_t word, uint8_t delimiter) {
  const uint64_t ones = 0x0101010101010101ULL;
  const uint64_t q = word ^ (ones * '"');
  const uint64_t d = word ^ (ones * delimiter);
  const uint64_t n = word ^ (ones * '\n');
  const uint64_t r = word ^ (ones * '\r');
  return (((q - ones) & ~q) | ((d - ones) & ~d) | ((n - ones) & ~n) | ((r - ones) & ~r)) & (ones << 7);
}

/// Copies a cell of `count` bytes, and says whether a quote, the delimiter, a CR or an LF is among them: then it needs
/// quotes, and the copy is of no use. Neither reads nor writes outside the cell: pieces of 16, 8 and 4 bytes overlap.
static inline int byte_masks_copy_plain(uint8_t *to, const uint8_t *from, size_t count, uint8_t delimiter) {
#ifdef BYTE_MASKS_SSE2
  if (count >= 16) {
    const __m128i quote = _mm_set1_epi8('"'), other = _mm_set1_epi8((char)delimiter);
    const __m128i lf = _mm_set1_epi8('\n'), cr = _mm_set1_epi8('\r');
    __m128i found = _mm_setzero_si128();
    for (size_t at = 0; at < count; at += 16) {
      // The last piece overlaps the one before it.
      const size_t place = at + 16 <= count ? at : count - 16;
      const __m128i piece = _mm_loadu_si128((const __m128i *)(from + place));
      _mm_storeu_si128((__m128i *)(to + place), piece);
      found = _mm_or_si128(found, _mm_or_si128(_mm_cmpeq_epi8(piece, quote), _mm_cmpeq_epi8(piece, other)));
      found = _mm_or_si128(found, _mm_or_si128(_mm_cmpeq_epi8(piece, lf), _mm_cmpeq_epi8(piece, cr)));
    }
    return _mm_movemask_epi8(found);
  }
#endif
  if (count >= 8) {
    uint64_t last, any = 0;
    for (size_t at = 0; at + 8 <= count; at += 8) {
      uint64_t word;
      memcpy(&word, from + at, 8);
      memcpy(to + at, &word, 8);
      any |= byte_masks_special8_(word, delimiter);
    }
    memcpy(&last, from + count - 8, 8);
    memcpy(to + count - 8, &last, 8);
    return (any | byte_masks_special8_(last, delimiter)) != 0;
  }
  if (count >= 4) {
    uint32_t first, last;
    memcpy(&first, from, 4);
    memcpy(&last, from + count - 4, 4);
    memcpy(to, &first, 4);
    memcpy(to + count - 4, &last, 4);
    return byte_masks_special8_((uint64_t)first | (uint64_t)last << 32, delimiter) != 0;
  }
  int any = 0;
  for (size_t i = 0; i < count; i++) {
    to[i] = from[i];
    any |= from[i] == '"' || from[i] == delimiter || from[i] == '\n' || from[i] == '\r';
  }
  return any;
}

/// Whether bytes are ASCII from 0x0E on: without NUL, tab or line break.
static inline int byte_masks_is_plain(const uint8_t *bytes, size_t count) {
  const uint64_t ones = 0x0101010101010101, top = ones << 7;
  size_t at = 0;
  for (; at + 8 <= count; at += 8) {
    uint64_t word;
    memcpy(&word, bytes + at, 8);
    // A byte below 0x0E borrows into its top bit; a byte of 0x80 or more has it set.
    if ((((word - ones * 0x0E) & ~word) | word) & top) return 0;
  }
  for (; at < count; at++) {
    if (bytes[at] < 0x0E || bytes[at] >= 0x80) return 0;
  }
  return 1;
}

/// How many bytes the well-formed UTF-8 sequence at `bytes` has, of which `left` may be read; 0 if it is none (Unicode,
/// table 3-7).
static inline size_t byte_masks_utf8_sequence_(const uint8_t *bytes, size_t left) {
  const uint8_t first = bytes[0];
  if (first < 0x80) return 1;
  const size_t length = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
  if (length == 0 || length > left) return 0;
  const uint8_t lowest = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  const uint8_t highest = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  if (bytes[1] < lowest || bytes[1] > highest) return 0;
  for (size_t i = 2; i < length; i++) {
    if ((bytes[i] & 0xC0) != 0x80) return 0;
  }
  return length;
}

/// Whether `count` bytes are UTF-8: ASCII is passed over 32 bytes at a time.
static inline int byte_masks_is_utf8(const uint8_t *bytes, size_t count) {
  size_t at = 0;
  while (at < count) {
#ifdef BYTE_MASKS_SSE2
    if (count - at >= 32) {
      const __m128i a = _mm_loadu_si128((const __m128i *)(bytes + at));
      const __m128i b = _mm_loadu_si128((const __m128i *)(bytes + at + 16));
      const uint32_t other = (uint32_t)_mm_movemask_epi8(a) | (uint32_t)_mm_movemask_epi8(b) << 16;
      if (other == 0) {
        at += 32;
        continue;
      }
      at += (size_t)__builtin_ctz(other);
    }
#endif
    const size_t length = byte_masks_utf8_sequence_(bytes + at, count - at);
    if (length == 0) return 0;
    at += length;
  }
  return 1;
}

#endif
