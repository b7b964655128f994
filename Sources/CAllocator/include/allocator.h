// How glibc keeps the memory that a run gives back and takes again, chunk after chunk.
#ifndef ALLOCATOR_H
#define ALLOCATOR_H

#include <stdlib.h>
#if defined(__GLIBC__)
#include <malloc.h>
#endif

/// Keeps freed blocks for the next chunk, in one heap for all threads.
///
/// As it comes, glibc gives every freed block of more than 128 KiB back to the kernel, and takes it anew, page by page, for
/// the next chunk: 0.2 s of system time on a million companies. And it keeps a heap for each thread, of which one may hold
/// what the other needs: 250 to 380 MB from run to run, in place of 260. Elsewhere it does nothing.
static inline void allocator_keep_freed_memory(void) {
#if defined(__GLIBC__)
  mallopt(M_ARENA_MAX, 1);
  mallopt(M_MMAP_THRESHOLD, 16 << 20);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
#endif
}

#endif
