/**
 * What a service's author writes against: records with pure deciders, rules that read, rules that pass on. A handler
 * holds no session, no producer and no clock, so it cannot forget the fence, the outbox or the version.
 */
import type { Document, Filter } from 'mongodb';
import type { Decider, Emitted, EventOf, Named, TopicPattern } from '@lethe/contracts';
import type { BulkWrite } from './change.ts';
import type { Counter, Histogram } from './metrics/declare.ts';
import type { SpanAttributes } from './tracing/tracing.ts';

/** The place in the topology that an event came from. The system of an answer is its topic's, never the payload's. */
export interface TopicPlace {
  readonly pattern: TopicPattern;
  /** What stands for the `*` of the pattern; null for a topic without one. */
  readonly system: string | null;
}

/** Everything a handler is given beside its event: the place, and what the service chose to hand down. */
export type Given<Context> = Context & {
  readonly topic: TopicPlace;
  /** The broker's append time of the message. */
  readonly appendedAt: Date;
};

/** The published part of a decider's events. Where the compiler has lost their names (`string`), that is all of them. */
export type PublishedBy<E extends { readonly event: string }> = {
  readonly [N in Named]: N extends E['event'] ? N : never;
}[Named];

/** Fields of the state that hold a time, or null for never. */
type TimeOf<S> = { readonly [F in keyof S & string]: S[F] extends Date | null ? F : never }[keyof S & string];

/** Fields of the state that are looked up by equality. */
interface Indexed<S> {
  readonly index?: readonly (keyof S & string)[];
}

/** A field of the state that says when the record wants a command, and which one; neither without the other. */
type WhenDue<S, C> =
  { readonly due: TimeOf<S>; readonly whenDue: NoInfer<C> } | { readonly due?: never; readonly whenDue?: never };

export type RecordOptions<S, C> = Indexed<S> & WhenDue<S, C>;

/** The untyped inside of records: what the platform works with. */
export interface RecordsKind {
  readonly collection: string;
  readonly decider: Decider<unknown, unknown, { readonly event: string }>;
  readonly index: readonly string[];
  readonly due: { readonly field: string; readonly command: unknown } | null;
}

/** An intention to change one record; it becomes real in the transaction that it is given to. */
export interface RecordCommand<Out extends Named = Named> {
  readonly kind: RecordsKind;
  readonly record: string;
  readonly command: unknown;
  readonly emits?: Out;
}

export interface Records<Context, S, C, Out extends Named> {
  readonly kind: RecordsKind;
  /** How this event concerns these records: which one, and which command it means. */
  on<In extends Named>(
    event: In,
    means: (event: EventOf<In>, given: Given<Context>) => { readonly record: string; readonly command: C },
  ): Handler<In, Out>;
  /** A command as data, for rules that read, for REST and for tools. */
  command(record: string, command: C): RecordCommand<Out>;
  /** The state under its own type, from what the platform loaded. */
  readonly initial: S;
}

/** Reads inside the transaction's own snapshot, after the fence: what it does not see cannot have been committed before. */
export interface Reader {
  find<T extends Document>(collection: string, filter: Filter<T>, options?: { readonly limit?: number }): Promise<T[]>;
  /** States of records by id; one that is not there is left out. */
  states<S, C, Context, Out extends Named>(
    records: Records<Context, S, C, Out>,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, S>>;
}

/** What a rule that reads wants done, all of it in the transaction that it read in. */
export interface Changes<Out extends Named = never> {
  readonly writes?: readonly BulkWrite[];
  readonly commands?: readonly RecordCommand<Out>[];
  /** Added once committed. */
  readonly counts?: Counts;
  readonly measures?: Measures;
  /** What the span of a message says beside; asked only for messages that are traced. Ids of ours, never a value. */
  readonly spanOf?: (source: MessagePlace) => SpanAttributes;
}

export interface MessagePlace {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** All events of one type in a batch, each with what came beside it. */
export type Arrived<Context, In extends Named> = readonly {
  /** Which event it is, for a rule that several events share (they then arrive in the topic's order). */
  readonly name: In;
  readonly event: EventOf<In>;
  readonly given: Given<Context>;
  readonly source: MessagePlace;
}[];

export interface BulkRule<Context, In extends Named, Found, Out extends Named> {
  readonly read?: (arrived: Arrived<Context, In>, reader: Reader) => Promise<Found>;
  readonly decide: (arrived: Arrived<Context, In>, found: Found, now: Date) => Changes<Out>;
}

/** What an event on a path without a store becomes: another event, or nothing, for a reason that is counted. */
export type Passed<Out extends Named> = { readonly pass: Emitted<Out>; readonly counts?: Counts } | Dropped;

export interface Dropped {
  /** A code: the reason under which `lethe_events_dropped_total` counts it. */
  readonly drop: string;
  readonly counts?: Counts;
}

/** Counters of the service's table, and how much to add. */
export type Counts = readonly (readonly [metric: Counter, by: number])[];

/** Histograms of the service's table, what was measured, and their labels. */
export type Measures = readonly (readonly [
  metric: Histogram<string>,
  value: number,
  labels: Readonly<Record<string, string>>,
])[];

/** Repeats within the window are merged, never dropped. */
export interface Coalescing<Out extends Named> {
  readonly windowMs: number;
  key(event: Emitted<Out>): string;
  merge(held: Emitted<Out>, later: Emitted<Out>): Emitted<Out>;
}

type Means = (event: never, given: never) => { readonly record: string; readonly command: unknown };
export type Rule =
  | { readonly kind: 'record'; readonly records: RecordsKind; readonly means: Means }
  | { readonly kind: 'bulk'; readonly rule: BulkRule<never, never, unknown, Named> }
  | {
      readonly kind: 'pass-on';
      readonly rule: (event: never, given: never) => Passed<Named>;
      readonly coalescing: Coalescing<never> | null;
    };

/** One event type's handling. `emits` exists for the compiler alone: a handler that emits what the table does not publish is refused. */
export interface Handler<In extends Named, Out extends Named> {
  readonly consumes: In;
  readonly emits?: Out;
  readonly rule: Rule;
}

/** Functions, not methods: a service takes them apart. */
export interface HandlerKit<Context> {
  readonly records: <S, C, E extends { readonly event: string }>(
    collection: string,
    decider: Decider<S, C, E>,
    options?: RecordOptions<S, C>,
  ) => Records<Context, S, C, PublishedBy<E>>;
  readonly inBulk: <In extends Named, Found = undefined, Out extends Named = never>(
    event: In,
    rule: BulkRule<Context, In, Found, Out>,
  ) => Handler<In, Out>;
  readonly passOn: <In extends Named, Out extends Named>(
    event: In,
    out: Out,
    rule: (event: EventOf<In>, given: Given<Context>) => Passed<Out>,
    coalescing?: Coalescing<Out>,
  ) => Handler<In, Out>;
}

/**
 * The handler vocabulary of one service. `Context` is what its handlers are given beside the event and the place: few,
 * pure things (a catalog, a sealer), named by the service, so that the platform needs to know none of them.
 */
export function handlersFor<Context>(): HandlerKit<Context> {
  return {
    records: (collection, decider, options = {}) => {
      const kind = {
        collection,
        decider: decider as RecordsKind['decider'],
        index: options.index ?? [],
        due: dueOf(options),
      };
      return {
        kind,
        initial: decider.initial,
        on: (event, means) => ({ consumes: event, rule: { kind: 'record', records: kind, means: means } }),
        command: (record, command) => ({ kind, record, command }),
      };
    },
    inBulk: (event, rule) => ({
      consumes: event,
      rule: { kind: 'bulk', rule: rule as never },
    }),
    passOn: (event, _out, rule, coalescing) => ({
      consumes: event,
      rule: {
        kind: 'pass-on',
        rule: rule,
        coalescing: (coalescing as Coalescing<never> | undefined) ?? null,
      },
    }),
  };
}

function dueOf(options: { readonly due?: string; readonly whenDue?: unknown }): RecordsKind['due'] {
  return options.due === undefined || options.whenDue === undefined
    ? null
    : { field: options.due, command: options.whenDue };
}
