// Which cells of a row are text in order: the ones that no stage has to look at more closely.
#ifndef CELL_TEXTS_H
#define CELL_TEXTS_H

#include "csv_cells.h"

enum {
  /// How many cells one call looks at.
  cell_texts_limit = 64,
  /// Longer cells are not looked at.
  cell_texts_longest = 4096,
};

/// A bit for each cell that is empty, or ASCII without control characters below 0x0E, begins above '#' and ends above blank: as a
/// value of text it stays as it is (spec, semantics 1: nothing to trim, to compose or to unite, and not `#N/A`). A bit that is
/// not set says nothing. At most `cell_texts_limit` cells.
uint64_t cell_texts_in_order(const struct csv_cell *cells, size_t count, const uint8_t *arena);

/// The same as made for a processor, which this one must be: tests hold them all to one answer.
uint64_t cell_texts_in_order_as(enum csv_processor processor, const struct csv_cell *cells, size_t count,
                                const uint8_t *arena);

#endif
