/** A service that counts, for specs of how batches, the outbox and the relay treat any service: real MongoDB, a bus in memory. */
import {
  type Emitted,
  encodeEvent,
  type ErasureAnswered,
  type Events,
  type Named,
  type SubjectRequestCompleted,
  topicName,
  topicSpecs,
} from '@lethe/contracts';
import { type Batch, type BusRecord, type MemoryBus, memoryBus, TerminalError } from '@lethe/bus';
import type { Store } from '@lethe/store';
import { parseConfig } from './config.ts';
import { createRuntime, serviceMetrics } from './create-runtime.ts';
import { handlersFor } from './handlers.ts';
import { outbox, prepareOutbox } from './outbox.ts';
import { prepareRelay } from './relay-document.ts';
import type { ServiceRuntime } from './runtime.ts';
import { service } from './topology.ts';
import type { Tracing } from './tracing/tracing.ts';

export interface Counted {
  readonly count: number;
}
interface Count {
  readonly type: 'Count';
  readonly id: string;
}

const { records, inBulk, passOn } = handlersFor<object>();

/** Ids say what is wrong with them. */
function judge(id: string): void {
  if (id.startsWith('terminal')) throw new TerminalError('made_up', 'it never will');
  if (id.startsWith('unknown')) throw new RangeError('nobody classified this');
}

export const counters = records('counters', {
  initial: { count: 0 },
  decide: ({ count }, { id }: Count, now): readonly Emitted<'CaseOpened'>[] => {
    judge(id);
    const sequence = count + 1;
    return [{ event: 'CaseOpened', caseId: id, requestId: id, sequence, catalogDigest: 'd', openedAt: now }];
  },
  evolve: ({ count }) => ({ count: count + 1 }),
});

export const table = service({
  name: 'small',
  consumes: {
    'lethe.answers.*': {
      ErasureAnswered: counters.on('ErasureAnswered', ({ requestId: id }) => ({
        record: id,
        command: { type: 'Count', id },
      })),
    },
    'lethe.requests': {
      SubjectRequestAccepted: 'ignored',
      SubjectRequestCompleted: inBulk('SubjectRequestCompleted', {
        decide: (arrived) => {
          for (const { event } of arrived) judge(event.requestId);
          return {
            writes: arrived.map(({ event: { requestId } }) => ({
              collection: 'seen',
              operation: {
                updateOne: { filter: { _id: requestId as never }, update: { $inc: { n: 1 } }, upsert: true },
              },
            })),
          };
        },
      }),
    },
    'lethe.user-events': {
      UserEvent: passOn(
        'UserEvent',
        'SubjectObserved',
        ({ eventId, dataset, system, identities, occurredAt }, { appendedAt }) => {
          judge(eventId);
          const sealed = { keyId: 'k', nonce: Buffer.alloc(12), ciphertext: Buffer.alloc(150) };
          const seen = identities.map(({ type, value }) => ({ type, ref: value, sealed, links: true }));
          const times = { earliestOccurredAt: occurredAt, occurredAt, reportedAt: appendedAt };
          const common = {
            controller: 'shop',
            feed: 'f',
            system,
            dataset,
            operation: 'upsert',
            establishes: false,
          } as const;
          return { pass: { event: 'SubjectObserved', ...common, identities: seen, ...times } };
        },
        {
          windowMs: 60_000,
          key: ({ identities }) => identities[0]?.ref ?? '',
          merge: (held, later) => ({ ...held, occurredAt: later.occurredAt, reportedAt: later.reportedAt }),
        },
      ),
    },
  },
  publishes: { 'lethe.case-events': ['CaseOpened'], 'lethe.observations': ['SubjectObserved'] },
});

export interface SmallService {
  readonly runtime: ServiceRuntime;
  readonly bus: MemoryBus;
  readonly topic: { readonly answers: string; readonly requests: string; readonly userEvents: string };
  /** What waits to be said. */
  waiting(): Promise<
    readonly { readonly name: string | null; readonly key: string | null; readonly reason: string | undefined }[]
  >;
  count(id: string): Promise<number>;
}

const nothing = (): void => undefined;

export async function smallService(
  store: Store,
  prefix: string,
  congested: () => boolean = () => false,
  tracing: Tracing | null = null,
): Promise<SmallService> {
  const bus = memoryBus();
  await bus.createTopics(topicSpecs(prefix, ['sales']));
  const there = new Set((await store.db.listCollections().toArray()).map(({ name }) => name));
  for (const name of ['offsets', 'counters', 'seen']) if (!there.has(name)) await store.db.createCollection(name);
  await prepareOutbox(store.db);
  await prepareRelay(store, 'small');
  const servers = { LETHE_KAFKA_BROKERS: 'in:1', LETHE_MONGODB_URL: 'mongodb://given', LETHE_PREFIX: prefix };
  const logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
  const runtime = createRuntime(
    { settings: parseConfig(servers, {}), topology: table, context: {}, seal: (raw) => raw },
    {
      store,
      bus,
      logger,
      congested,
      now: () => new Date(),
      wake: nothing,
      metrics: serviceMetrics({ topology: table }),
      tracing,
    },
  );
  return {
    runtime,
    bus,
    topic: {
      answers: topicName(prefix, 'lethe.answers.*', 'sales'),
      requests: topicName(prefix, 'lethe.requests'),
      userEvents: topicName(prefix, 'lethe.user-events'),
    },
    waiting: async () => {
      const documents = await outbox(store.db).find().sort({ pos: 1 }).toArray();
      return documents.flatMap(({ entries }) =>
        entries.map(({ name, key, headers }) => ({ name, key, reason: headers?.['lethe-reason'] })),
      );
    },
    count: async (id) => {
      const found = await store.db.collection<{ _id: string; state: Counted }>('counters').findOne({ _id: id });
      return found?.state.count ?? 0;
    },
  };
}

const at = new Date('2026-03-01T12:00:00Z');

/** One partition's batch of these values, the first at offset `from`. */
export function batchOf(topic: string, from: number, values: readonly (Buffer | null)[], beyond = 0): Batch {
  const next = from + values.length + beyond;
  const records = values.map((value, index): BusRecord => {
    return { offset: from + index, key: null, value, headers: {}, appendedAt: at };
  });
  return { topic, partition: 0, fetchedFrom: from, next, end: next, records };
}

export function factsOf(topic: string, logEnd: number, committed: number | null = null) {
  return { topic, partition: 0, topicId: 'id-of-topic', logStart: 0, logEnd, committed };
}

export const lifeline = { heartbeat: () => Promise.resolve(), lost: false };

const encode = <N extends Named>(name: N, event: Events[N]): Buffer => encodeEvent(name, event);

export function answer(requestId: string): Buffer {
  const said: ErasureAnswered = {
    orderId: 'o',
    requestId,
    outcome: 'erased',
    count: 1,
    method: 'deleted',
    until: null,
    fieldsKept: [],
    legalBasis: null,
    subProcessorsTold: [],
    reason: null,
    erasedThrough: at,
    answeredAt: at,
  };
  return encode('ErasureAnswered', said);
}

export function completed(requestId: string): Buffer {
  const said: SubjectRequestCompleted = { requestId, sequence: 1, outcome: 'erased', exceptions: [], completedAt: at };
  return encode('SubjectRequestCompleted', said);
}

export function userEvent(eventId: string, values: readonly string[]): Buffer {
  const identities = values.map((value) => ({ type: 'customer_id', value }));
  const common = { controller: 'shop', system: 'sales', dataset: 'lines', operation: 'upsert' } as const;
  return encode('UserEvent', { eventId, ...common, identities, occurredAt: at });
}
