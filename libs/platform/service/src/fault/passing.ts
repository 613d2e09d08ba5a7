/**
 * A path without a store, to be killed. An observation names every event that it stands for, so an event that is
 * represented by nothing, and a merge that lost one, show.
 */
import type { UserEvent } from '@lethe/contracts';
import { handlersFor, service, type Topology } from '../index.ts';

const { passOn } = handlersFor<object>();
const NO_BOX = { keyId: 'none', nonce: new Uint8Array(12), ciphertext: new Uint8Array(0) };
const WINDOW_MS = 1_000;

const passing = passOn(
  'UserEvent',
  'SubjectObserved',
  (event: UserEvent, { appendedAt }) => ({
    pass: {
      event: 'SubjectObserved',
      controller: event.controller,
      feed: 'feed',
      system: event.system,
      dataset: event.dataset,
      operation: event.operation,
      identities: [{ type: 'event', ref: event.eventId, sealed: NO_BOX, links: true }],
      establishes: false,
      earliestOccurredAt: event.occurredAt,
      occurredAt: event.occurredAt,
      reportedAt: appendedAt,
    },
  }),
  {
    windowMs: WINDOW_MS,
    key: ({ dataset }) => dataset,
    merge: (held, later) => ({ ...later, identities: [...held.identities, ...later.identities] }),
  },
);

export const passingTopology = (name: string): Topology =>
  service({
    name,
    consumes: { 'lethe.user-events': { UserEvent: passing } },
    publishes: { 'lethe.observations': ['SubjectObserved'] },
  });
