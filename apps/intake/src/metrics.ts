/** What intake tells of itself beside the platform. */
import { counter, gauge, type Metric } from '@lethe/service';

export const identitiesBlocked = counter(
  'lethe_identities_blocked_total',
  'Values of user events that name nobody and were left out.',
);
export const requestsOpen = gauge(
  'lethe_requests_open',
  'service',
  'Subject requests that are not completed, by state.',
  ['state'],
);
export const requestsOldest = gauge(
  'lethe_requests_oldest_seconds',
  'service',
  'Since the oldest of them was received.',
  ['state'],
);
export const requestsOverdue = gauge(
  'lethe_requests_overdue',
  'service',
  "Those whose time to respond is over, by the database's clock.",
  ['state'],
);

export const metrics: readonly Metric[] = [identitiesBlocked, requestsOpen, requestsOldest, requestsOverdue];
