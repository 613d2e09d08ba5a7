/**
 * One transaction's work: fence, records, rules that read, outbox. Kafka batches, REST, timers and tasks all come
 * through here, so there is one place where state and what is said about it become true together.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type AnyBulkWriteOperation, BSON, type ClientSession } from 'mongodb';
import { TerminalError, type TopicPartition } from '@lethe/bus';
import { failpoint } from '@lethe/failpoint';
import { loadRecords, type Store, StoreError, transact, writeInBulk, writeRecords } from '@lethe/store';
import type { BulkWrite } from './change.ts';
import { deadLettersIn } from './dead-letters.ts';
import type { Changes, Counts, Measures, Reader, RecordCommand } from './handlers.ts';
import type { Metrics } from './metrics/metrics.ts';
import { transactionConflicts } from './metrics/platform-metrics.ts';
import { moveFence } from './offset-fence.ts';
import { type Addressing, isPublished, outboxEntry } from './outgoing.ts';
import { addToOutbox, LARGEST_OUTBOX_BYTES, type OutboxEntry } from './outbox.ts';
import { readerOf } from './reader.ts';
import type { Tracing } from './tracing/tracing.ts';
import { type MessageSource, openTrail, type OtherSource, type Trail } from './tracing/trail.ts';
import { type Decided, type WorkingSet, workingSet } from './working-set.ts';

export interface Work {
  readonly fence?: TopicPartition & { readonly from: number; readonly to: number; readonly topicId: string };
  readonly commands?: readonly SourcedCommand[];
  /** Rules that read: run inside the transaction, again in each attempt. */
  readonly rules?: readonly ((reader: Reader, now: Date) => Promise<Changes>)[];
  /** Dead letters and whatever else is to be said without a record. */
  readonly entries?: readonly OutboxEntry[];
  /** The time to decide with; the present time when it is not given. */
  readonly now?: Date;
  /** For traces: the traced messages that the rules are about, and what gives the commands when no message does. */
  readonly messages?: readonly MessageSource[];
  readonly source?: OtherSource;
}

export interface SourcedCommand {
  readonly command: RecordCommand;
  /** The message's dead letter, when the command turns out to be terminal; without it the error is the caller's. */
  readonly refuse?: (error: TerminalError) => OutboxEntry;
  /** The message that it comes from, while tracing is on. */
  readonly source?: MessageSource;
}

export interface Done {
  readonly counts: Counts;
  readonly measures: Measures;
  readonly published: number;
  readonly deadLetters: readonly { readonly topic: string; readonly reason: string }[];
  /** State of a record as the transaction left it. */
  readonly state: WorkingSet['state'];
}

export interface WorkPlace {
  readonly store: Store;
  /** The database's time, see clock.ts. */
  now(): Date;
  readonly addressing: Addressing;
  readonly metrics: Metrics;
  /** Null: off. */
  readonly tracing: Tracing | null;
}

/** More than fits into one outbox document: do it in smaller parts. */
export class TooMuchWorkError extends Error {
  override readonly name = 'TooMuchWorkError';
}

interface Prepared {
  readonly decided: Decided;
  readonly writes: readonly BulkWrite[];
  readonly entries: readonly OutboxEntry[];
  readonly counts: Counts;
  readonly measures: Measures;
  readonly records: WorkingSet;
  readonly now: Date;
  readonly trail: Trail | null;
}

const CONFLICTS_WITHIN_MS = 25_000;
const decided = failpoint('work.decided');
const recordsWritten = failpoint('work.records-written');
const outboxWritten = failpoint('work.outbox-written');

/**
 * Does the work in one transaction; reads and decides again when records have moved on meanwhile.
 * @throws FenceMovedError, TooMuchWorkError, TerminalError (of a command without `refuse`), StoreError
 */
export async function perform(place: WorkPlace, work: Work, alive?: () => Promise<void>): Promise<Done> {
  const deadline = performance.now() + CONFLICTS_WITHIN_MS;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await performOnce(place, work, alive);
    } catch (error) {
      const conflict = error instanceof StoreError && error.code === 'conflict';
      if (!conflict || performance.now() > deadline) throw error;
      place.metrics.count(transactionConflicts, 1);
    }
    await sleep(Math.random() * Math.min(200, 2 ** attempt));
    await alive?.();
  }
}

async function performOnce(place: WorkPlace, work: Work, alive?: () => Promise<void>): Promise<Done> {
  const { store } = place;
  const reads = work.rules !== undefined && work.rules.length > 0;
  // Without rules that read, everything is decided before the transaction begins: it then only writes.
  const ahead = reads ? null : await prepare(place, work);
  decided();
  if (ahead !== null && work.fence === undefined && isNothing(ahead)) return doneWith(ahead);
  const outcome = await transact(
    store,
    async (session) => {
      if (work.fence !== undefined) await moveFence(store.db, place.addressing.service, work.fence, session);
      const prepared = ahead ?? (await prepare(place, work, session));
      await write(place, prepared, session);
      return prepared;
    },
    { ...(alive && { alive }) },
  );
  outcome.trail?.committed();
  return doneWith(outcome);
}

function isNothing({ decided: { changes }, writes, entries }: Prepared): boolean {
  return changes.length + writes.length + entries.length === 0;
}

function doneWith({ counts, measures, entries, records }: Prepared): Done {
  return {
    counts,
    measures,
    published: entries.length,
    deadLetters: deadLettersIn(entries),
    state: (kind, id) => records.state(kind, id),
  };
}

async function prepare(place: WorkPlace, work: Work, session?: ClientSession): Promise<Prepared> {
  const { store, addressing } = place;
  const now = work.now ?? place.now();
  const records = workingSet();
  const entries = [...(work.entries ?? [])];
  const writes: BulkWrite[] = [];
  const counts: Counts[number][] = [];
  const measures: Measures[number][] = [];
  const trail = place.tracing === null ? null : openTrail(place.tracing, work.source);
  const load = async (commands: readonly RecordCommand[]): Promise<void> => {
    for (const [kind, ids] of records.missing(commands)) {
      records.loaded(kind, ids, await loadRecords(store.db, kind.collection, ids, session));
    }
  };

  const sourced = work.commands ?? [];
  await load(sourced.map(({ command }) => command));
  for (const { command, refuse, source } of sourced) {
    const step = trail?.command(command, records.traceOf(command), source) ?? null;
    try {
      const changed = records.run(command, now, step?.traceparent);
      if (step !== null && changed) step.tell = true;
    } catch (error) {
      if (refuse === undefined || !(error instanceof TerminalError)) throw error;
      if (step !== null) step.failed = error.code;
      entries.push(refuse(error));
    }
  }
  for (const source of work.messages ?? []) trail?.message(source);
  for (const rule of work.rules ?? []) {
    const changes = await rule(readerOf(store, session), now);
    writes.push(...(changes.writes ?? []));
    counts.push(...(changes.counts ?? []));
    measures.push(...(changes.measures ?? []));
    const commands = changes.commands ?? [];
    await load(commands);
    for (const command of commands) {
      const about = trail?.ofRequest(command.record);
      const step = about ?? trail?.command(command, records.traceOf(command), undefined) ?? null;
      const changed = records.run(command, now, step?.traceparent);
      if (step !== null && changed) step.tell = true;
    }
    if (changes.spanOf !== undefined && trail !== null) {
      for (const [source, { span }] of trail.messages()) span.set(changes.spanOf(source));
    }
  }

  const decidedOn = records.finish(now);
  const { emitted, traces } = decidedOn;
  for (const event of emitted) if (isPublished(event)) entries.push(outboxEntry(event, addressing, traces.get(event)));
  return { decided: decidedOn, writes, entries, counts, measures, records, now, trail };
}

async function write(place: WorkPlace, prepared: Prepared, session: ClientSession): Promise<void> {
  const { db } = place.store;
  for (const { kind, changes } of prepared.decided.changes) {
    await writeRecords(db, kind.collection, changes, session);
  }
  for (const [collection, operations] of byCollection(prepared.writes)) {
    await writeInBulk(db, collection, operations, session);
  }
  recordsWritten();
  if (prepared.entries.length > 0) {
    const bytes = prepared.entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
    if (bytes > LARGEST_OUTBOX_BYTES) throw new TooMuchWorkError(`${bytes} bytes to publish in one transaction`);
    await addToOutbox(
      db,
      {
        _id: place.addressing.newId(),
        pos: prepared.decided.pos,
        at: prepared.now,
        count: prepared.entries.length,
        bytes,
        entries: prepared.entries,
      },
      session,
    );
    outboxWritten();
  }
}

const ENTRY_OVERHEAD_BYTES = 250;

function sizeOf(entry: OutboxEntry): number {
  return (
    ENTRY_OVERHEAD_BYTES +
    (entry.value?.length ?? 0) +
    (entry.opens === null ? 0 : BSON.calculateObjectSize(entry.opens))
  );
}

function byCollection(writes: readonly BulkWrite[]): ReadonlyMap<string, AnyBulkWriteOperation[]> {
  const grouped = new Map<string, AnyBulkWriteOperation[]>();
  for (const { collection, operation } of writes) {
    const operations = grouped.get(collection);
    if (operations === undefined) grouped.set(collection, [operation]);
    else operations.push(operation);
  }
  return grouped;
}
