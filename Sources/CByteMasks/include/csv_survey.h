// The cells and rows of a piece of CSV text: 64 bytes at a time, by bit masks, with what the processor at hand can do.
//
// A call takes up to 2 KiB, so that choosing among AVX-512, AVX2 and what every machine has costs nothing, and all that it
// writes stays in the first-level cache. `CSVScanner` says how the masks work, and makes records of the rows.
#ifndef CSV_SURVEY_H
#define CSV_SURVEY_H

#include "csv_cells.h"
#include "csv_processor.h"
#include <stddef.h>
#include <stdint.h>

enum {
  /// The bytes of a block: one bit each in a mask.
  csv_survey_block_length = 64,
  /// The most bytes that one call takes.
  csv_survey_length = 2048,
  /// The blocks of a piece.
  csv_survey_blocks = csv_survey_length / csv_survey_block_length,
  /// The room for cells: up to sixteen are written at a time.
  csv_survey_room = csv_survey_length + 16,
};

/// What a piece must know of the text before it: masks of the block before, of which only the highest bit counts, but for
/// `inside`.
struct csv_survey_carry {
  /// All bits set if the piece begins within a quoted cell.
  uint64_t inside;
  /// The ends of cells; a record begins as if one had ended.
  uint64_t cell_ends;
  /// The ends of rows; likewise.
  uint64_t row_ends;
  uint64_t quote;
  /// Closing quotes.
  uint64_t closing;
  uint64_t cr;
  /// Where the cell begins that has not ended yet, counted from the start of the text.
  uint32_t open;
};

/// The end of a row.
struct csv_survey_row {
  /// The place of its line end, counted from the start of the piece.
  uint32_t end;
  /// How many cells of the piece end there or before.
  uint32_t cells;
};

/// What is to be known of a block besides its cells.
struct csv_survey_block {
  /// One bit for each line end, quoted ones too: for a CRLF, that of the CR.
  uint64_t line_ends;
  /// How many line ends the blocks before it hold.
  uint32_t lines_before;
  /// The place behind the last doubled quote of the piece up to this block; 0 if there is none.
  uint32_t escapes_end;
};

/// Where a survey writes to.
struct csv_survey_found {
  /// The cells that end in the piece, without their quotes: room for `csv_survey_room`. What is absent has the bit above its
  /// length set.
  struct csv_cell *cells;
  /// The rows that end in it: room for `csv_survey_length`. A line without a character has no cell.
  struct csv_survey_row *rows;
  /// An entry for each block.
  struct csv_survey_block *blocks;
};

/// How much a piece holds.
struct csv_survey_result {
  uint32_t cells;
  uint32_t rows;
  /// How many line ends there are in the blocks up to the one of a fault.
  uint32_t lines;
  /// Whether a quote stands inside an unquoted cell, or a byte behind a closing quote where a cell should end. Then there are
  /// the cells and rows before it, and what follows is not counted.
  uint32_t is_faulty;
};

/// Looks at the piece of `count` (1 to `csv_survey_length`) bytes at `start` of a text of less than 2 GiB, and at nothing behind
/// it. Only the last piece of a text may have a `count` that is no multiple of 64. `carry` moves on to the next piece.
struct csv_survey_result csv_survey(const uint8_t *text, size_t start, size_t count, uint8_t delimiter,
                                    struct csv_survey_carry *carry, struct csv_survey_found *found);

/// The same survey as made for a processor, which this one must be: tests hold them all to one answer.
struct csv_survey_result csv_survey_as(enum csv_processor processor, const uint8_t *text, size_t start, size_t count,
                                       uint8_t delimiter, struct csv_survey_carry *carry,
                                       struct csv_survey_found *found);

#endif
