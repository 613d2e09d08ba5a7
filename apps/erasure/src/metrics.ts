/** What erasure tells of itself beside the platform. */
import { gauge, type Metric } from '@lethe/service';

export const casesOpen = gauge('lethe_cases_open', 'service', 'Open cases by state and age (since they were opened).', [
  'state',
  'age',
]);
export const casesOldest = gauge('lethe_cases_oldest_seconds', 'service', 'Age of the oldest open case of a state.', [
  'state',
]);
export const casesOverdue = gauge(
  'lethe_cases_overdue',
  'service',
  "Open cases whose request's time to respond is over.",
);
export const ordersOpen = gauge('lethe_orders_open', 'service', 'Orders that were sent and have no final answer.', [
  'system',
]);
export const ordersOldest = gauge(
  'lethe_orders_oldest_seconds',
  'service',
  'Since the oldest of them was sent first.',
  ['system'],
);
export const ordersOverdue = gauge(
  'lethe_orders_overdue',
  'service',
  "Those whose time to answer is over, by the database's clock.",
  ['system'],
);

export const keysInUse = gauge(
  'lethe_keys_in_use',
  'service',
  'Boxes of open cases that still need a sealing key, by its id.',
  ['purpose', 'key'],
);

export const metrics: readonly Metric[] = [
  casesOpen,
  casesOldest,
  casesOverdue,
  ordersOpen,
  ordersOldest,
  ordersOverdue,
  keysInUse,
];
