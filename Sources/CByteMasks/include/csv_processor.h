// Which processor a loop over CSV text is made for: the same answers, by registers of different width.
#ifndef CSV_PROCESSOR_H
#define CSV_PROCESSOR_H

/// Plain C with SSE2 where there is any, or the wider registers of newer processors.
enum csv_processor { csv_processor_baseline, csv_processor_avx2, csv_processor_avx512 };

/// Whether this processor has what the loops for that one are made of.
int csv_processor_has(enum csv_processor processor);

/// The best one that this processor is.
enum csv_processor csv_processor_best(void);

#endif
