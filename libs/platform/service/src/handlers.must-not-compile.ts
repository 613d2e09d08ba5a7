/** What a service's author might forget or confuse, and what the types say to it. Checked by tsc and, reason by reason, by the gate. */
import type { Decider, Emitted } from '@lethe/contracts';
import { type Changes, handlersFor, type RecordCommand } from './handlers.ts';
import { sealedFor, service } from './topology.ts';

interface State {
  readonly heard: number;
  readonly dueAt: Date | null;
}
type Command = { readonly type: 'Locate' } | { readonly type: 'Remind'; readonly attempt: number };
type Note = { readonly event: 'heard' };

const decider: Decider<State, Command, Emitted<'SubjectLocated'> | Note> = {
  initial: { heard: 0, dueAt: null },
  decide: () => [{ event: 'heard' }],
  evolve: ({ heard, dueAt }) => ({ heard: heard + 1, dueAt }),
};
const { records, inBulk, passOn } = handlersFor<{ readonly catalog: string }>();

export const locations = records('locations', decider, { index: ['heard'], due: 'dueAt', whenDue: { type: 'Locate' } });
const observed = locations.on('SubjectObserved', ({ system }, { catalog }) => ({
  record: `${system}:${catalog}`,
  command: { type: 'Locate' },
}));
const commanding = inBulk('SubjectObserved', {
  decide: (arrived) => ({
    commands: arrived.map(({ event }) => locations.command(event.system, { type: 'Remind', attempt: 1 })),
  }),
});
const writing = inBulk('SubjectObserved', {
  decide: (arrived) => ({
    writes: arrived.map(({ event }) => ({ collection: 'seen', operation: { insertOne: { document: { ...event } } } })),
  }),
});
const passing = passOn('UserEvent', 'SubjectObserved', () => ({ drop: 'unattributed' }));

// What must compile: each of these in its place.
export const good = [
  service({
    name: 'a',
    consumes: { 'lethe.observations': { SubjectObserved: observed } },
    publishes: { 'lethe.footprints': ['SubjectLocated'] },
  }),
  service({
    name: 'b',
    consumes: { 'lethe.observations': { SubjectObserved: commanding } },
    publishes: { 'lethe.footprints': ['SubjectLocated'] },
  }),
  service({ name: 'c', consumes: { 'lethe.observations': { SubjectObserved: writing } }, publishes: {} }),
  service({
    name: 'd',
    consumes: { 'lethe.user-events': { UserEvent: passing } },
    publishes: { 'lethe.observations': ['SubjectObserved'] },
  }),
  service({ name: 'e', consumes: {}, publishes: { 'lethe.erasure-orders.*': [sealedFor('ErasureOrdered')] } }),
];

export const unknownCommand = locations.on('SubjectObserved', ({ system }) => ({
  record: system,
  // @ts-expect-error TS2322: an unknown command
  command: { type: 'Forget' },
}));

export const incompleteCommand = locations.on('SubjectObserved', ({ system }) => ({
  record: system,
  // @ts-expect-error TS2322: a command without what it needs
  command: { type: 'Remind' },
}));

export const unhandled = service({
  name: 'unhandled',
  consumes: {
    // @ts-expect-error TS2741: an event of a consumed topic that nobody handles
    'lethe.requests': { SubjectRequestAccepted: 'ignored' },
  },
  publishes: {},
});

export const underAnotherName = service({
  name: 'under-another-name',
  consumes: {
    // @ts-expect-error TS2322: a handler under another event's name
    'lethe.requests': { SubjectRequestAccepted: observed, SubjectRequestCompleted: 'ignored' },
  },
  publishes: { 'lethe.footprints': ['SubjectLocated'] },
});

export const fromAnotherTopic = service({
  name: 'from-another-topic',
  consumes: {
    // @ts-expect-error TS2353: an event that does not stand on this topic
    'lethe.observations': { SubjectObserved: observed, SubjectLocated: 'ignored' },
  },
  publishes: { 'lethe.footprints': ['SubjectLocated'] },
});

export const unpublished = service({
  name: 'unpublished',
  // @ts-expect-error TS2322: a decider that emits what the table does not publish
  consumes: { 'lethe.observations': { SubjectObserved: observed } },
  publishes: { 'lethe.case-events': ['CaseOpened'] },
});

export const publishesNothing = service({
  name: 'publishes-nothing',
  // @ts-expect-error TS2322: a decider that emits where the table publishes nothing
  consumes: { 'lethe.observations': { SubjectObserved: observed } },
  publishes: {},
});

export const unpublishedInBulk = service({
  name: 'unpublished-in-bulk',
  // @ts-expect-error TS2322: a bulk rule whose command's records emit what the table does not publish
  consumes: { 'lethe.observations': { SubjectObserved: commanding } },
  publishes: { 'lethe.case-events': ['CaseOpened'] },
});

/** A rule that is put together by functions keeps what its commands may emit. */
const remind = (system: string) => locations.command(system, { type: 'Remind', attempt: 1 });
const changesOf = (systems: readonly string[]) => ({ commands: systems.length === 0 ? [] : systems.map(remind) });
const byFunctions = inBulk('SubjectObserved', {
  read: (arrived) => Promise.resolve(arrived.map(({ event }) => event.system)),
  decide: (_arrived, found) => changesOf(found),
});
export const unpublishedByFunctions = service({
  name: 'unpublished-by-functions',
  // @ts-expect-error TS2322: the same, when functions make the commands
  consumes: { 'lethe.observations': { SubjectObserved: byFunctions } },
  publishes: { 'lethe.case-events': ['CaseOpened'] },
});

// @ts-expect-error TS2375: changes that are said to emit nothing, with a command of records that do
export const silent: Changes = { commands: [remind('sales')] };

// @ts-expect-error TS2375: a command that is said to emit nothing, of records that do
export const silenced: RecordCommand<never> = remind('sales');

/** Events whose names the compiler has lost count as all events. */
const unnamed: Decider<State, Command, { readonly event: string }> = decider;
const byUnnamed = records('x', unnamed).on('SubjectObserved', () => ({ record: '', command: { type: 'Locate' } }));
export const unnamedEvents = service({
  name: 'unnamed-events',
  // @ts-expect-error TS2322: a decider whose events have no names, so that it might emit anything
  consumes: { 'lethe.observations': { SubjectObserved: byUnnamed } },
  publishes: { 'lethe.case-events': ['CaseOpened'] },
});

export const passesUnpublished = service({
  name: 'passes-unpublished',
  // @ts-expect-error TS2322: an event that is passed on, but not published
  consumes: { 'lethe.user-events': { UserEvent: passing } },
  publishes: { 'lethe.footprints': ['SubjectLocated'] },
});

export const sealedElsewhere = service({
  name: 'sealed-elsewhere',
  consumes: {},
  publishes: {
    // @ts-expect-error TS2322: `sealedFor` of an event that is not on that topic
    'lethe.erasure-orders.*': [sealedFor('OrderSent')],
  },
});

export const publishedElsewhere = service({
  name: 'published-elsewhere',
  consumes: {},
  publishes: {
    // @ts-expect-error TS2322: an event that does not stand on this topic
    'lethe.footprints': ['CaseOpened'],
  },
});

export const noSuchTopic = service({
  name: 'no-such-topic',
  consumes: {},
  publishes: {
    'lethe.footprints': ['SubjectLocated'],
    // @ts-expect-error TS2322: a topic that does not exist
    'lethe.footprint': ['SubjectLocated'],
  },
});

// @ts-expect-error TS2345: a time without the command that it brings
export const dueForNothing = records('locations', decider, { due: 'dueAt' });

// @ts-expect-error TS2345: a command at a time that the state does not have
export const dueNever = records('locations', decider, { whenDue: { type: 'Locate' } });

export const dueUnknown = records('locations', decider, {
  due: 'dueAt',
  // @ts-expect-error TS2322: an unknown command when the time comes
  whenDue: { type: 'Wake' },
});

export const dueByCount = records('locations', decider, {
  // @ts-expect-error TS2322: a field that holds no time
  due: 'heard',
  whenDue: { type: 'Locate' },
});

export const indexedUnknown = records('locations', decider, {
  // @ts-expect-error TS2322: an index on a field that the state does not have
  index: ['seen'],
});

export const withoutContext = locations.on('SubjectObserved', ({ system }, given) => ({
  // @ts-expect-error TS2339: something that this service's handlers are not given
  record: `${system}${String(given.producer)}`,
  command: { type: 'Locate' },
}));
