/** Records as one transaction sees them: loaded once, decided on in memory in order, written once. Pure. */
import type { RecordChange, RecordDocument } from '@lethe/store';
import type { RecordCommand, RecordsKind } from './handlers.ts';

interface Entry {
  readonly id: string;
  readonly from: number;
  readonly pos: number;
  /** Of the trace that opened it. */
  trace: string | undefined;
  state: unknown;
  changed: boolean;
}

export interface EmittedEvent {
  readonly event: string;
}

export interface Decided {
  readonly changes: readonly { readonly kind: RecordsKind; readonly changes: readonly RecordChange<unknown>[] }[];
  readonly emitted: readonly EmittedEvent[];
  /** The traces of those emitted events that have one. */
  readonly traces: ReadonlyMap<EmittedEvent, string>;
  /** The place of this transaction's events in the order of publication: behind everything its records said before. */
  readonly pos: number;
}

export interface WorkingSet {
  /** Which of these records were not loaded yet. */
  missing(commands: readonly RecordCommand[]): ReadonlyMap<RecordsKind, readonly string[]>;
  loaded(kind: RecordsKind, ids: readonly string[], found: ReadonlyMap<string, RecordDocument<unknown>>): void;
  /** The trace that a loaded record belongs to. */
  traceOf(command: RecordCommand): string | undefined;
  /**
   * Decides and evolves; true when something came of it. When `decide` throws, nothing has changed.
   * @param trace what the events carry, and what a record without a trace belongs to from now on
   */
  run(command: RecordCommand, now: Date, trace?: string): boolean;
  finish(now: Date): Decided;
  /** The state as this transaction leaves it. */
  state(kind: RecordsKind, id: string): unknown;
}

export function workingSet(): WorkingSet {
  const kinds = new Map<string, { readonly kind: RecordsKind; readonly entries: Map<string, Entry> }>();
  const emitted: EmittedEvent[] = [];
  const traces = new Map<EmittedEvent, string>();

  const entriesOf = (kind: RecordsKind): Map<string, Entry> => {
    let held = kinds.get(kind.collection);
    if (held === undefined) kinds.set(kind.collection, (held = { kind, entries: new Map() }));
    return held.entries;
  };
  const entryOf = (kind: RecordsKind, id: string): Entry => {
    const entry = entriesOf(kind).get(id);
    if (entry === undefined) throw new Error(`a record of ${kind.collection} was not loaded before its command`);
    return entry;
  };

  return {
    missing: (commands) => {
      const wanted = new Map<RecordsKind, Set<string>>();
      for (const { kind, record } of commands) {
        if (entriesOf(kind).has(record)) continue;
        const ids = wanted.get(kind) ?? new Set();
        wanted.set(kind, ids.add(record));
      }
      return new Map([...wanted].map(([kind, ids]) => [kind, [...ids]]));
    },
    loaded: (kind, ids, found) => {
      for (const id of ids) {
        const document = found.get(id);
        entriesOf(kind).set(id, {
          id,
          from: document?.version ?? 0,
          pos: document?.pos ?? 0,
          trace: document?.trace,
          state: document === undefined ? kind.decider.initial : document.state,
          changed: false,
        });
      }
    },
    traceOf: ({ kind, record }) => entryOf(kind, record).trace,
    run: ({ kind, record, command }, now, trace) => {
      const entry = entryOf(kind, record);
      const events = kind.decider.decide(entry.state, command, now);
      if (events.length === 0) return false;
      let state = entry.state;
      for (const event of events) state = kind.decider.evolve(state, event);
      entry.state = state;
      entry.changed = true;
      emitted.push(...events);
      if (trace !== undefined) {
        entry.trace ??= trace;
        for (const event of events) traces.set(event, trace);
      }
      return true;
    },
    finish: (now) => {
      let pos = now.getTime();
      for (const { entries } of kinds.values()) {
        for (const entry of entries.values()) if (entry.changed && entry.pos >= pos) pos = entry.pos + 1;
      }
      const changes = [...kinds.values()].map(({ kind, entries }) => ({
        kind,
        changes: [...entries.values()]
          .filter((entry) => entry.changed)
          .map(({ id, from, trace, state }) => ({ id, from, pos, ...(trace !== undefined && { trace }), state })),
      }));
      return { changes: changes.filter((each) => each.changes.length > 0), emitted, traces, pos };
    },
    state: (kind, id) => entryOf(kind, id).state,
  };
}
