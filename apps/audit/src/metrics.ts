/** What audit tells of itself beside the platform. */
import { counter, gauge, histogram, type Metric } from '@lethe/service';

export const entriesWritten = counter('lethe_audit_entries_total', 'Facts that became an entry of the log.');
export const factsRepeated = counter('lethe_audit_repeats_total', 'Facts that had their entry already.');
export const factsMissing = counter(
  'lethe_audit_gaps_total',
  'Facts that turned out to be missing, by what was heard behind them.',
);
export const casesWithGaps = gauge('lethe_audit_cases_with_gaps', 'service', 'Cases of which a fact is missing now.');
/** The checkpoint that covers the entry comes later in a fact's life and will have a histogram of its own beside this one. */
export const factToEntry = histogram(
  'lethe_audit_fact_to_entry_seconds',
  [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3_600],
  'From the time that a fact tells of itself (a request accepted, an order sent) to its entry in the log.',
  ['publisher'],
);

export const metrics: readonly Metric[] = [entriesWritten, factsRepeated, factsMissing, casesWithGaps, factToEntry];
