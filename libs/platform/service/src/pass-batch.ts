/** Every record of a batch on the path without a store: passed on now, held to be merged, dropped for a counted reason, or a dead letter. */
import { ContractError, type Emitted, type Named, topics } from '@lethe/contracts';
import { type Batch, type BusRecord, type OutgoingRecord, RetryableError, TerminalError } from '@lethe/bus';
import type { Coalescer } from './coalescer.ts';
import type { Coalescing, Given, Handler, Passed } from './handlers.ts';
import type { Counter } from './metrics/declare.ts';
import { deadLetters, eventsCoalesced, eventsDropped } from './metrics/platform-metrics.ts';
import { directRecord, recordOf } from './outgoing.ts';
import type { ServiceRuntime } from './runtime.ts';

export type Out = Emitted<Named>;

/** What a partition on this path remembers between batches. */
export interface Passing {
  readonly merged: Coalescer<Out>;
  /** Everything below is represented by acknowledged events or held. */
  readonly next: number;
  /** Unclassified errors by record, until the batch is through: after a few of them a record is given up. */
  readonly strikes: Map<number, number>;
}

export interface Sorted {
  /** To be sent now, in the order of their first records. */
  readonly first: readonly Out[];
  readonly records: readonly OutgoingRecord[];
}

/** An error that nobody classified is taken as terminal after this many attempts. */
const ATTEMPTS = 5;
/**
 * From a smaller record nothing grows beyond what the broker takes: a box and a ref per identifier make at most some
 * hundred bytes of four. What is held is only measured above this size, since it is encoded when its window ends.
 */
const HARMLESS_BYTES = 8_000;

interface Group {
  event: Out;
  readonly from: BusRecord[];
}

/** @throws what is to be tried again */
export async function sortBatch(runtime: ServiceRuntime, passing: Passing, batch: Batch): Promise<Sorted> {
  const place = runtime.placeOf(batch.topic);
  const handlers = handlersOf(runtime, batch.topic);
  const { edge } = topics[place.pattern];
  const coalescing = coalescingOf(runtime, batch.topic);
  const groups = new Map<string, Group>();
  const letters: OutgoingRecord[] = [];
  const counts = new Map<Counter, number>();
  const dropped = new Map<string, number>();
  let coalesced = 0;
  const refuse = (record: BusRecord, code: string): void => {
    runtime.metrics.count(deadLetters, 1, { topic: batch.topic, reason: code });
    const letter = runtime.deadLetter(batch, record, code);
    letters.push(recordOf(letter, record.appendedAt, runtime.addressing));
  };

  const passOne = (record: BusRecord): void => {
    const { name, event } = runtime.decoder.decode(record, edge);
    const handler = handlers[name];
    if (handler === undefined) throw new TerminalError('unexpected_event', `${name} does not belong on this topic`);
    if (handler === 'ignored' || handler.rule.kind !== 'pass-on') return;
    const given: Given<unknown> = { ...runtime.context, topic: place, appendedAt: record.appendedAt };
    const passed: Passed<Named> = handler.rule.rule(event as never, given as never);
    if ('drop' in passed) {
      dropped.set(passed.drop, (dropped.get(passed.drop) ?? 0) + 1);
    } else {
      if (coalescing !== null && (record.value?.length ?? 0) > HARMLESS_BYTES) encoded(runtime, passed.pass);
      take(record, passed.pass);
    }
    for (const [metric, by] of passed.counts ?? []) counts.set(metric, (counts.get(metric) ?? 0) + by);
  };

  const take = (record: BusRecord, out: Out): void => {
    if (coalescing === null) {
      groups.set(`${record.offset}`, { event: out, from: [record] });
      return;
    }
    const key = coalescing.key(out as never);
    const already = groups.get(key);
    if (already !== undefined) {
      already.event = coalescing.merge(already.event as never, out as never);
      already.from.push(record);
      coalesced += 1;
    } else if (passing.merged.take(out, record.offset, Date.now())) {
      groups.set(key, { event: out, from: [record] });
    } else {
      coalesced += 1;
    }
  };

  for (const record of batch.records) {
    if (record.offset < passing.next) continue;
    try {
      passOne(record);
    } catch (error) {
      refuse(record, await codeOf(runtime, passing, record.offset, error));
    }
  }
  const first: Out[] = [];
  const records: OutgoingRecord[] = [];
  for (const { event, from } of groups.values()) {
    try {
      records.push(encoded(runtime, event));
      first.push(event);
    } catch (error) {
      const code = await codeOf(runtime, passing, from[0]?.offset ?? passing.next, error);
      for (const record of from) refuse(record, code);
    }
  }
  const { topic } = batch;
  runtime.metrics.count(eventsCoalesced, coalesced, { topic });
  for (const [reason, by] of dropped) runtime.metrics.count(eventsDropped, by, { topic, reason });
  for (const [metric, by] of counts) runtime.metrics.count(metric, by);
  return { first, records: [...records, ...letters] };
}

function encoded(runtime: ServiceRuntime, event: Out): OutgoingRecord {
  return directRecord(event, new Date(), runtime.addressing);
}

/** Why a record is given up. @throws the error, when it is to be tried again */
async function codeOf(runtime: ServiceRuntime, passing: Passing, offset: number, error: unknown): Promise<string> {
  if (error instanceof TerminalError || error instanceof ContractError) return error.code;
  if (error instanceof RetryableError) {
    await runtime.decoder.learn();
    throw error;
  }
  const count = (passing.strikes.get(offset) ?? 0) + 1;
  passing.strikes.set(offset, count);
  if (count < ATTEMPTS) throw error;
  return 'unknown_error';
}

export function coalescingOf(runtime: ServiceRuntime, topic: string): Coalescing<never> | null {
  for (const handler of Object.values(handlersOf(runtime, topic))) {
    if (handler !== 'ignored' && handler.rule.kind === 'pass-on') return handler.rule.coalescing;
  }
  return null;
}

function handlersOf(
  runtime: ServiceRuntime,
  topic: string,
): Readonly<Record<string, Handler<Named, Named> | 'ignored'>> {
  return runtime.topology.consumes[runtime.placeOf(topic).pattern] ?? {};
}
