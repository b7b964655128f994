// What Linux alone offers, and its headers show only with extensions that Swift does not switch on.
#ifndef FILE_HINTS_H
#define FILE_HINTS_H

#include <stdint.h>

/// Asks the system to begin with writing out a part of a file, and does not wait. Only a hint: there is nothing to do
/// where it fails, or where the system has no such call.
void file_hints_begin_writeback(int descriptor, int64_t offset, int64_t length);

#endif
