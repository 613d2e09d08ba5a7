/** Every record of a batch on the path without a store: passed on now, held to be merged, dropped for a counted reason, or a dead letter. */
import { ContractError, type Emitted, type Named, topics } from '@lethe/contracts';
import { type Batch, type BusRecord, type OutgoingRecord, RetryableError, TerminalError } from '@lethe/bus';
import type { Coalescer } from './coalescer.ts';
import type { Coalescing, Given, Handler, Passed, Rule } from './handlers.ts';
import type { Counter } from './metrics/declare.ts';
import { deadLetters, eventsCoalesced, eventsDropped } from './metrics/platform-metrics.ts';
import { directRecord, recordOf } from './outgoing.ts';
import type { ServiceRuntime } from './runtime.ts';
import { messageSource } from './tracing/source.ts';
import type { Traceparent } from './tracing/trace-context.ts';
import { openTrail, type Step } from './tracing/trail.ts';

export type Out = Emitted<Named>;
type PassOnRule = Extract<Rule, { readonly kind: 'pass-on' }>;

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
  /** To be called once they are sent: counters move, spans end. A batch that is tried again counts once. */
  readonly tell: () => void;
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
  /** The trace of its first record, if that has one. */
  readonly trace: Traceparent | undefined;
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
  const refused: string[] = [];
  let coalesced = 0;
  const trail = runtime.tracing === null ? null : openTrail(runtime.tracing, undefined);
  const heard = { group: runtime.group, edge, system: place.system };
  const refuse = (record: BusRecord, code: string): void => {
    refused.push(code);
    const letter = runtime.deadLetter(batch, record, code);
    letters.push(recordOf(letter, record.appendedAt, runtime.addressing));
  };

  const passOne = (record: BusRecord): void => {
    const { name, event } = runtime.decoder.decode(record, edge);
    const handler = handlers[name];
    if (handler === undefined) throw new TerminalError('unexpected_event', `${name} does not belong on this topic`);
    if (handler === 'ignored' || handler.rule.kind !== 'pass-on') return;
    const given: Given<unknown> = { ...runtime.context, topic: place, appendedAt: record.appendedAt };
    const traced = trail !== null && record.headers['traceparent'] !== undefined;
    const step = traced ? trail.message(messageSource(batch, record, { name, event }, heard)) : null;
    const passed = passedBy(handler.rule, event, given, step);
    if ('drop' in passed) {
      dropped.set(passed.drop, (dropped.get(passed.drop) ?? 0) + 1);
    } else {
      if (coalescing !== null && (record.value?.length ?? 0) > HARMLESS_BYTES) encoded(runtime, passed.pass);
      take(record, passed.pass, step?.traceparent);
    }
    for (const [metric, by] of passed.counts ?? []) counts.set(metric, (counts.get(metric) ?? 0) + by);
  };

  const take = (record: BusRecord, out: Out, trace: Traceparent | undefined): void => {
    if (coalescing === null) {
      groups.set(`${record.offset}`, { event: out, trace, from: [record] });
      return;
    }
    const key = coalescing.key(out as never);
    const already = groups.get(key);
    if (already !== undefined) {
      already.event = coalescing.merge(already.event as never, out as never);
      already.from.push(record);
      coalesced += 1;
    } else if (passing.merged.take(out, record.offset, Date.now())) {
      groups.set(key, { event: out, trace, from: [record] });
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
  for (const { event, trace, from } of groups.values()) {
    try {
      records.push(encoded(runtime, event, trace));
      first.push(event);
    } catch (error) {
      const code = await codeOf(runtime, passing, from[0]?.offset ?? passing.next, error);
      for (const record of from) refuse(record, code);
    }
  }
  const tell = (): void => {
    const { topic } = batch;
    runtime.metrics.count(eventsCoalesced, coalesced, { topic });
    for (const reason of refused) runtime.metrics.count(deadLetters, 1, { topic, reason });
    for (const [reason, by] of dropped) runtime.metrics.count(eventsDropped, by, { topic, reason });
    for (const [metric, by] of counts) runtime.metrics.count(metric, by);
    trail?.committed();
  };
  return { first, records: [...records, ...letters], tell };
}

/** @throws what the rule throws */
function passedBy(rule: PassOnRule, event: object, given: object, step: Step | null): Passed<Named> {
  try {
    return rule.rule(event as never, given as never);
  } catch (error) {
    if (step !== null && error instanceof TerminalError) step.failed = error.code;
    throw error;
  }
}

function encoded(runtime: ServiceRuntime, event: Out, trace?: Traceparent): OutgoingRecord {
  return directRecord(event, new Date(), runtime.addressing, trace);
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
