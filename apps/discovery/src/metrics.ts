/** What discovery tells of itself beside the platform. */
import { counter, gauge, type Metric } from '@lethe/service';

export const locatingOpen = gauge('lethe_locating_open', 'service', 'Requests whose location is not complete yet.');
export const locatingCapped = gauge(
  'lethe_locating_capped',
  'service',
  'Requests whose subject is larger than may be told: they wait for a person.',
);
export const locatingOldest = gauge(
  'lethe_locating_oldest_seconds',
  'service',
  'How long the oldest of both has waited.',
);
export const locatingFailures = counter(
  'lethe_locating_failures_total',
  'Turns of a location that failed and come again.',
);
export const locationsCapped = counter('lethe_locations_capped_total', 'Locations that ended at the cap.');
export const observedAfterCutOff = counter(
  'lethe_observations_after_cutoff_total',
  'Observations of an erased subject that were reported after the erasure had begun.',
);
export const observedUnregistered = counter(
  'lethe_observations_unregistered_link_total',
  'Observations that link a new identifier to a subject whose case is closed.',
);
export const documentsUnder = gauge(
  'lethe_keys_in_use',
  'service',
  'Documents that still need a key or a pepper, by its id.',
  ['purpose', 'key'],
);

export const entriesRewrapped = counter(
  'lethe_register_entries_rewrapped_total',
  'Entries of the erasure register that were renamed under a newer register key.',
);
export const boxesResealed = counter(
  'lethe_index_boxes_resealed_total',
  'Boxes of the index that were sealed anew under a newer key.',
);
export const namesAdded = counter(
  'lethe_index_names_added_total',
  'Names under a newer pepper that the index learned.',
);
export const boxesUnopened = counter(
  'lethe_index_boxes_unopened_total',
  'Boxes of the index that could not be opened when they were to be sealed anew.',
);

export const metrics: readonly Metric[] = [
  locatingOpen,
  locatingCapped,
  locatingOldest,
  locatingFailures,
  locationsCapped,
  observedAfterCutOff,
  observedUnregistered,
  documentsUnder,
  entriesRewrapped,
  boxesResealed,
  namesAdded,
  boxesUnopened,
];
