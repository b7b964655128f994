// From the ends of cells, which are masks, to the cells: for a piece of text, as `csv_survey.c` finds them.
#ifndef CELL_ENDS_H
#define CELL_ENDS_H

#include "csv_survey.h"

/// What differs between processors is inlined into one loop: a call a block would cost as much as the masks.
#define ALWAYS_INLINE static inline __attribute__((always_inline))

/// Lets a loop over the lists of a piece take as many numbers at a time as a register holds. None of them writes what a later
/// turn reads, which the compiler cannot see where a list is read one place before (measured: the survey a fifth faster).
#define INDEPENDENT_TURNS _Pragma("clang loop vectorize(assume_safety)")

/// The ends of cells in a block, as masks.
struct block_ends {
  uint64_t all;
  /// Those of cells in quotes.
  uint64_t quoted;
  /// Those of lines without a character: no cells.
  uint64_t empty;
};

/// The cell of the text from `open` to `end`.
ALWAYS_INLINE struct csv_cell cell_between(uint32_t open, uint32_t end, uint32_t quotes) {
  // Masked, since the length of a record is checked only when it ends; an overlong one is thrown away.
  const uint32_t length = (end - open - 2 * quotes) & csv_cell_length_mask;
  return (struct csv_cell){open + quotes, length | (uint32_t)(end == open) << csv_cell_length_bits};
}

/// A cell that begins behind a line without a character, and not behind the end of the cell before it.
struct gap {
  /// The number of the cell in the piece.
  uint32_t cell;
  uint32_t begin;
};

/// The ends of the cells of a piece. To note them first, and then to make all cells at once, is faster than to make each when
/// its end is found (measured: the whole survey by a fifth), except where one instruction lists the ends.
struct noted_ends {
  uint32_t count;
  uint32_t gap_count;
  /// First the place before the first cell, then where each ends. The highest bit tells a cell in quotes: a text has less than
  /// 2 GiB.
  uint32_t places[1 + csv_survey_room];
  struct gap gaps[csv_survey_length];
};

#define IN_QUOTES ((uint32_t)1 << 31)

/// Notes the lines without a character of the block at `at`, of which `cells` are the ends of cells.
static inline void note_gaps(uint64_t empty, uint64_t cells, uint32_t at, struct noted_ends *noted) {
  for (; empty; empty &= empty - 1) {
    const uint32_t before = (uint32_t)__builtin_popcountll(cells & (empty ^ (empty - 1)));
    noted->gaps[noted->gap_count++] = (struct gap){noted->count + before, at + (uint32_t)__builtin_ctzll(empty) + 1};
  }
}

/// Notes the ends of the cells of the block at `at`, those in quotes among them.
ALWAYS_INLINE void note_ends(uint64_t ends, uint64_t quoted, uint32_t at, struct noted_ends *noted) {
  // Four a turn, needed or not: the number of turns is easier to foresee than that of the cells (measured: a tenth faster than
  // eight a turn, which most blocks do not have). The next block overwrites what is too much.
  uint32_t *next = noted->places + 1 + noted->count;
  const int count = __builtin_popcountll(ends);
  noted->count += (uint32_t)count;
  int done = 0;
  do {
    for (int i = 0; i < 4; i++) {
      // The highest bit is the stop for a mask that is used up.
      const uint32_t place = (uint32_t)__builtin_ctzll(ends | (uint64_t)1 << 63);
      next[done + i] = (at + place) | (uint32_t)(quoted >> place) << 31;
      ends &= ends - 1;
    }
    done += 4;
  } while (done < count);
}

/// Makes the cells that were noted, many at a time, and gives where the next one begins.
ALWAYS_INLINE uint32_t make_cells(const struct noted_ends *noted, struct csv_cell *cells) {
  const uint32_t count = noted->count;
  const uint32_t *places = noted->places;
  INDEPENDENT_TURNS
  for (uint32_t i = 0; i < count; i++) {
    const uint32_t begin = (places[i] + 1) & ~IN_QUOTES, end = places[1 + i];
    cells[i] = cell_between(begin, end & ~IN_QUOTES, end / IN_QUOTES);
  }
  uint32_t open = (places[count] + 1) & ~IN_QUOTES;
  for (uint32_t i = 0; i < noted->gap_count; i++) {
    const struct gap gap = noted->gaps[i];
    if (gap.cell == count) {
      open = gap.begin;
    } else {
      cells[gap.cell] = cell_between(gap.begin, places[1 + gap.cell] & ~IN_QUOTES, places[1 + gap.cell] / IN_QUOTES);
    }
  }
  return open;
}

/// Writes the cells that end in the block at `at`, of which the first begins at `open`, where the block has lines without a
/// character, and gives how many there are.
static inline int list_with_empty_lines(struct block_ends ends, uint32_t at, uint32_t open, struct csv_cell *cells) {
  int count = 0;
  for (uint64_t mask = ends.all; mask; mask &= mask - 1) {
    const uint32_t place = (uint32_t)__builtin_ctzll(mask);
    if (!(ends.empty >> place & 1)) {
      cells[count++] = cell_between(open, at + place, (uint32_t)(ends.quoted >> place) & 1);
    }
    open = at + place + 1;
  }
  return count;
}

/// Writes the cells that end in the block at a place, of which the first begins at another; what follows them in the list may
/// be overwritten.
typedef void list_function(struct block_ends, int, uint32_t, uint32_t, struct csv_cell *);

#endif
