import Benchmark

// The hot loops, each over 1,000 rows or values a turn: what `make bench` measures as a whole, taken apart.
Benchmark.main([scanning, values, lookups, rows, cells, deciding])
