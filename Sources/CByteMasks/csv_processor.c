#include "csv_processor.h"
#include <stdatomic.h>

int csv_processor_has(enum csv_processor processor) {
#ifdef __x86_64__
  // Read from a table that the C runtime has filled.
  const int avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
                   __builtin_cpu_supports("lzcnt") && __builtin_cpu_supports("popcnt") &&
                   __builtin_cpu_supports("pclmul");
  if (processor == csv_processor_avx2) return avx2;
  if (processor == csv_processor_avx512)
    return avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi2");
#endif
  return processor == csv_processor_baseline;
}

enum csv_processor csv_processor_best(void) {
  // Looked up once: it is asked for every row. Threads that meet here write the same.
  static _Atomic int known = -1;
  int best = atomic_load_explicit(&known, memory_order_relaxed);
  if (best < 0) {
    best = csv_processor_has(csv_processor_avx512) ? csv_processor_avx512
           : csv_processor_has(csv_processor_avx2) ? csv_processor_avx2
                                                   : csv_processor_baseline;
    atomic_store_explicit(&known, best, memory_order_relaxed);
  }
  return (enum csv_processor)best;
}
