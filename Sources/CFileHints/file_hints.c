#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "file_hints.h"

#include <fcntl.h>

void file_hints_begin_writeback(int descriptor, int64_t offset, int64_t length) {
#if defined(__linux__)
  sync_file_range(descriptor, offset, length, SYNC_FILE_RANGE_WRITE);
#endif
}
