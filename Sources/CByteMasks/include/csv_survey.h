// Where cells end in a piece of CSV text: 64 bytes at a time, by bit masks, with what the processor at hand can do.
//
// A call takes up to 2 KiB, so that choosing among AVX-512, AVX2 and what every machine has costs nothing, and all that it
// writes stays in the first-level cache. `CSVScanner` says how the masks work, and makes records of the cells.
#ifndef CSV_SURVEY_H
#define CSV_SURVEY_H

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
  /// The room that `ends` needs: up to sixteen places are written at a time.
  csv_survey_room = csv_survey_length + 16,
};

/// What a piece must know of the byte before it: bit 0 of each, but for `inside`.
struct csv_survey_carry {
  /// All bits set if the piece begins within a quoted cell.
  uint64_t inside;
  /// Whether a cell ended there; a record begins as if one had.
  uint64_t end;
  /// Whether it was a quote.
  uint64_t quote;
  /// Whether it was a closing quote.
  uint64_t closing;
  /// Whether it was a CR.
  uint64_t cr;
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

/// What a piece holds.
struct csv_survey_result {
  /// How many places `ends` has.
  uint32_t end_count;
  /// How many line ends there are in the blocks that were looked at.
  uint32_t lines;
  /// Whether a quote stands inside an unquoted cell, or a byte behind a closing quote where a cell should end. Then `ends`
  /// has the places before it, and the blocks behind its own were not looked at.
  uint32_t is_faulty;
};

/// Looks at the `count` (1 to `csv_survey_length`) bytes at `bytes`, and at nothing behind them. Only the last piece of a text
/// may have a `count` that is no multiple of 64. `ends` gets the places at which cells end, `blocks` an entry for each block;
/// `carry` moves on to the next piece.
struct csv_survey_result csv_survey(const uint8_t *bytes, size_t count, uint8_t delimiter, struct csv_survey_carry *carry,
                                    uint32_t *ends, struct csv_survey_block *blocks);

/// The same survey as made for a processor, which this one must be: tests hold them all to one answer.
struct csv_survey_result csv_survey_as(enum csv_processor processor, const uint8_t *bytes, size_t count,
                                       uint8_t delimiter, struct csv_survey_carry *carry, uint32_t *ends,
                                       struct csv_survey_block *blocks);

#endif
