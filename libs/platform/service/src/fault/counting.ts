/**
 * The service of ten lines that is killed, stopped and restored: it counts what it hears, per request, and says so.
 * It knows no natural keys on purpose: whatever the platform applied or said twice stays visible for ever.
 */
import type { Decider, Emitted } from '@lethe/contracts';
import { TerminalError } from '@lethe/bus';
import { handlersFor, service, type Topology } from '../index.ts';

export interface Count {
  readonly requestId: string;
  /** The sequences heard, in their order, repeats included. */
  readonly heard: readonly number[];
  /** How many facts were said: the next one's sequence is one more. */
  readonly said: number;
  /** Every tenth message owes a fact of its own, said by the timer. */
  readonly owed: number;
  readonly dueAt: Date | null;
}

type Command =
  { readonly type: 'Hear'; readonly requestId: string; readonly sequence: number } | { readonly type: 'PayDebt' };
type Fact = Emitted<'CaseOpened'> | Emitted<'CaseClosed'>;

/** Sequences that the rules refuse: by a terminal error, and by one that nobody classified. */
export const TERMINAL = 1_000_001;
export const UNCLASSIFIED = 1_000_002;
export const OWES_EVERY = 10;
const DEBT_AFTER_MS = 200;

const rules: Decider<Count, Command, Fact> = {
  initial: { requestId: '', heard: [], said: 0, owed: 0, dueAt: null },
  decide: (state, command, now) => {
    const sequence = state.said + 1;
    if (command.type === 'PayDebt') {
      if (state.owed === 0) return [];
      const { requestId } = state;
      const rest = { orders: [], exceptions: [], openedAt: now, closedAt: now };
      return [{ event: 'CaseClosed', caseId: requestId, requestId, sequence, outcome: 'erased', ...rest }];
    }
    const { requestId } = command;
    if (command.sequence === TERMINAL) throw new TerminalError('refused_by_rule', 'this sequence is refused');
    if (command.sequence === UNCLASSIFIED) throw new Error('a mistake in a rule');
    const catalogDigest = String(command.sequence);
    return [{ event: 'CaseOpened', caseId: requestId, requestId, sequence, catalogDigest, openedAt: now }];
  },
  evolve: (state, fact) => {
    if (fact.event === 'CaseClosed') {
      const owed = state.owed - 1;
      return { ...state, said: fact.sequence, owed, dueAt: owed === 0 ? null : later(fact.closedAt) };
    }
    const heard = Number(fact.catalogDigest);
    const owes = heard % OWES_EVERY === 0;
    return {
      requestId: fact.requestId,
      heard: [...state.heard, heard],
      said: fact.sequence,
      owed: state.owed + (owes ? 1 : 0),
      dueAt: owes ? (state.dueAt ?? later(fact.openedAt)) : state.dueAt,
    };
  },
};

function later(at: Date): Date {
  return new Date(at.getTime() + DEBT_AFTER_MS);
}

/** What the rule that reads keeps: its count is what it read plus what arrived, so a lost update shows. */
export interface Completions {
  readonly _id: string;
  readonly count: number;
  readonly heard: readonly number[];
}

const { records, inBulk } = handlersFor<object>();

export const counts = records('counts', rules, { due: 'dueAt', whenDue: { type: 'PayDebt' } });

const completed = inBulk('SubjectRequestCompleted', {
  read: (arrived, reader) =>
    reader.find<Completions>('completions', { _id: { $in: arrived.map(({ event }) => event.requestId) } }),
  decide: (arrived, found) => ({
    writes: [...Map.groupBy(arrived, ({ event }) => event.requestId)].map(([_id, events]) => ({
      collection: 'completions',
      operation: {
        updateOne: {
          filter: { _id: _id as never },
          update: {
            $set: { count: (found.find((each) => each._id === _id)?.count ?? 0) + events.length },
            $push: { heard: { $each: events.map(({ event }) => event.sequence) } as never },
          },
          upsert: true,
        },
      },
    })),
  }),
});

export const countingTopology = (name: string): Topology =>
  service({
    name,
    consumes: {
      'lethe.requests': {
        SubjectRequestAccepted: counts.on('SubjectRequestAccepted', ({ requestId, sequence }) => ({
          record: requestId,
          command: { type: 'Hear', requestId, sequence },
        })),
        SubjectRequestCompleted: completed,
      },
    },
    publishes: { 'lethe.case-events': ['CaseOpened', 'CaseClosed'] },
  });
