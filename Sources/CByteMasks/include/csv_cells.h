// Cells of an arena as a row of CSV: copied, and looked through for what needs quotes, in one go.
#ifndef CSV_CELLS_H
#define CSV_CELLS_H

#include "csv_processor.h"
#include <stddef.h>
#include <stdint.h>

enum {
  /// The low bits of `csv_cell.packed` that hold a cell's length.
  csv_cell_length_bits = 26,
  csv_cell_length_mask = (1 << csv_cell_length_bits) - 1,
  /// How many bytes behind a copy may be overwritten.
  csv_cells_slack = 32,
};

/// A cell of an arena, laid out as a `FieldRef` is: where it begins, and its length in the low bits.
struct csv_cell {
  uint32_t offset;
  uint32_t packed;
};

/// How many bytes a cell has.
static inline size_t csv_cell_length(struct csv_cell cell) { return cell.packed & csv_cell_length_mask; }

/// Copies cells to `*to`, each behind a comma, up to the first that holds a comma, a quote, a CR or an LF, and says how many it
/// copied; `*to` moves behind them.
///
/// There must be room for all cells, their commas, and `csv_cells_slack` bytes more. Nothing outside the cells is read.
size_t csv_copy_plain_cells(uint8_t **to, const struct csv_cell *cells, size_t count, const uint8_t *arena);

/// The same as made for a processor, which this one must be: tests hold them all to one answer.
size_t csv_copy_plain_cells_as(enum csv_processor processor, uint8_t **to, const struct csv_cell *cells, size_t count,
                               const uint8_t *arena);

#endif
