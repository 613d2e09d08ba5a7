/**
 * The relay says what the outbox holds: in order, once, through kills and zombies. Each rule that looks superfluous
 * cost events in an experiment (docs/bus.md, "Outbox and relay").
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bus, RelayProducer } from '@lethe/bus';
import { failpoint } from '@lethe/failpoint';
import type { Store } from '@lethe/store';
import { type OutboxDocument, readOutbox, readOutboxDocuments, removeFromOutbox } from './outbox.ts';
import { publishTraced, type Publishing } from './relay-publish.ts';
import {
  beginBatch,
  catchUp,
  endBatch,
  judgeRelay,
  readRelay,
  releaseLease,
  renewLease,
  type RelayDocument,
  takeLease,
} from './relay-document.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics/metrics.ts';
import { eventsPublished, relayBatches, relayFailures, relayTakeovers } from './metrics/platform-metrics.ts';

export interface RelayOptions extends Publishing {
  readonly service: string;
  readonly store: Store;
  readonly bus: Bus;
  readonly transactionalId: string;
  readonly positionsTopic: string;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly leaseMs?: number;
}

export interface RelayStatus {
  readonly leading: boolean;
  /** Why the relay stands still until an operator decides. */
  readonly halted: string | null;
}

export interface Relay {
  /** There is something new in the outbox. */
  wake(): void;
  status(): RelayStatus;
  stop(): Promise<void>;
}

const LEASE_MS = 5_000;
const IDLE_MS = 200;
const MOST_DOCUMENTS = 200;
const MOST_BYTES = 8_000_000;
const LONGEST_PAUSE_MS = 2_000;

const leaseTaken = failpoint('relay.lease-taken');
const initialised = failpoint('relay.initialised');
const positionRead = failpoint('relay.position-read');
const batchMade = failpoint('relay.batch-made');
const published = failpoint('relay.published');
const removed = failpoint('relay.removed');
const cleared = failpoint('relay.cleared');

interface Held {
  readonly service: string;
  readonly token: number;
  readonly leaseMs: number;
}

/** The lease went to someone else: stop, quietly. */
class LeaseLostError extends Error {}
/** Only an operator can say what is true. */
class RelayHaltedError extends Error {
  override readonly name = 'RelayHaltedError';
}

export function startRelay(options: RelayOptions): Relay {
  const { store, service, logger } = options;
  const leaseMs = options.leaseMs ?? LEASE_MS;
  const ending = new AbortController();
  let alarm = Promise.withResolvers<undefined>();
  let leading = false;
  let halted: string | null = null;

  const idle = async (): Promise<void> => {
    await Promise.race([alarm.promise, sleep(IDLE_MS, undefined, { signal: ending.signal }).catch(() => undefined)]);
    alarm = Promise.withResolvers();
  };

  /** Holds the lease for as long as all goes well; any error ends this reign and a new one begins with a takeover. */
  const reign = async (relay: RelayDocument): Promise<void> => {
    const held: Held = { service, token: relay.token, leaseMs };
    leaseTaken();
    const producer = await options.bus.relayProducer(options.transactionalId, options.positionsTopic);
    try {
      initialised();
      await takeOver(options, held, producer);
      leading = true;
      halted = null;
      options.metrics.count(relayTakeovers, 1);
      let renewedAt = performance.now();
      while (!ending.signal.aborted) {
        const documents = await readOutbox(store, { documents: MOST_DOCUMENTS, bytes: MOST_BYTES });
        if (documents.length > 0) {
          await publishBatch(options, held, producer, documents);
          renewedAt = performance.now();
          continue;
        }
        if (performance.now() - renewedAt > leaseMs / 4) {
          if (!(await renewLease(store, held))) throw new LeaseLostError();
          renewedAt = performance.now();
        }
        await idle();
      }
    } finally {
      leading = false;
      await producer.close().catch((error: unknown) => logger.warn({ error }, 'closing a relay producer failed'));
      await releaseLease(store, held).catch((error: unknown) => logger.warn({ error }, 'the lease runs out by itself'));
    }
  };

  const run = async (): Promise<void> => {
    let failures = 0;
    while (!ending.signal.aborted) {
      try {
        const relay = await takeLease(store, service, leaseMs);
        if (relay === null) {
          halted = null; // whoever leads now says for itself how it stands
          await sleep(leaseMs / 10, undefined, { signal: ending.signal }).catch(() => undefined);
        } else await reign(relay);
        failures = 0;
      } catch (error) {
        failures += 1;
        if (error instanceof RelayHaltedError) halted = error.message;
        if (!(error instanceof LeaseLostError)) {
          options.metrics.count(relayFailures, 1);
          logger.warn({ error, failures }, 'the relay begins anew');
        }
        const pauseMs = Math.random() * Math.min(LONGEST_PAUSE_MS, 20 * 2 ** failures);
        await sleep(pauseMs, undefined, { signal: ending.signal }).catch(() => undefined);
      }
    }
  };

  const running = run();
  return {
    wake: () => alarm.resolve(undefined),
    status: () => ({ leading, halted }),
    stop: async () => {
      ending.abort();
      alarm.resolve(undefined);
      await running;
    },
  };
}

/** Takeover is per producer: what the last one left half done is finished or known to be done. */
async function takeOver(options: RelayOptions, held: Held, producer: RelayProducer): Promise<void> {
  const { store, service } = options;
  const before = await readRelay(store, service);
  if (before?.token !== held.token) throw new LeaseLostError();
  const position = (await producer.position()) ?? 0;
  positionRead();
  const relay = await readRelay(store, service);
  if (relay?.token !== held.token) throw new LeaseLostError();
  const found = judgeRelay(relay, position);
  if (found === 'halted') {
    throw new RelayHaltedError(
      `Kafka's position of this relay (${position}) is behind what was cleared (${relay.cleared}) and batch ${relay.last} is pending: its group was deleted or expired, or this is another cluster; decide with: lethe fence adopt --relay`,
    );
  }
  if (found === 'unpublished') {
    const pending = await readOutboxDocuments(store, relay.ids);
    const { events } = await publishTraced(options, producer, pending, () => Promise.resolve(relay.last));
    published();
    countPublished(options, events);
  }
  if (found !== 'clear') await clear(options, held, relay.last, relay.ids);
  if (!(await catchUp(store, held, position))) throw new LeaseLostError();
}

async function publishBatch(
  options: RelayOptions,
  held: Held,
  producer: RelayProducer,
  documents: readonly OutboxDocument[],
): Promise<void> {
  const ids = documents.map((document) => document._id);
  const numbered = async (): Promise<number> => {
    const batch = await beginBatch(options.store, held, ids);
    if (batch === null) throw new LeaseLostError();
    batchMade();
    return batch;
  };
  const { batch, events } = await publishTraced(options, producer, documents, numbered);
  published();
  countPublished(options, events);
  await clear(options, held, batch, ids);
}

async function clear(options: RelayOptions, held: Held, batch: number, ids: readonly string[]): Promise<void> {
  await removeFromOutbox(options.store, ids);
  removed();
  if (!(await endBatch(options.store, held, batch))) throw new LeaseLostError();
  cleared();
}

function countPublished({ metrics }: RelayOptions, events: number): void {
  metrics.count(relayBatches, 1);
  metrics.count(eventsPublished, events);
}
