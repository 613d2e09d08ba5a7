/** What the specs of a case start from: a catalog of five systems, and a way to tell a case what happened. */
import type { Catalog, System } from '@lethe/catalog';
import type { Footprint, SealedIdentity } from '@lethe/contracts';
import type { Accept, CaseCommand, Locate, RecordAnswer } from './commands.ts';
import type { CaseEvent } from './events.ts';
import { erasureCase, type CaseState } from './index.ts';
import { planFrom } from './plan.ts';

export const caseId = '0d6d5f6a-5b0e-4c6e-9d52-7f5d3a2f8b11';
export const minute = 60_000;
export const day = 24 * 60 * minute;
export const start = new Date('2026-03-01T12:00:00.000Z');
export const at = (ms: number): Date => new Date(start.getTime() + ms);

const system = (name: string, identityTypes: readonly string[], more: Partial<System> = {}): System => ({
  name,
  kind: 'internal',
  locate: 'always',
  since: null,
  datasets: [`${name}-rows`],
  identityTypes,
  answerWithinMs: 7 * day,
  feeds: [],
  ...more,
});

const systems = [
  system('accounts', ['customer_id', 'email']),
  system('archive', ['customer_id'], { locate: 'when_seen', since: '2020-01-01' }),
  system('newsletter', ['email'], { kind: 'recipient', answerWithinMs: day }),
  system('sales', ['customer_id'], { datasets: ['orders', 'refunds'] }),
  system('telephony', ['phone'], { kind: 'processor' }),
];

export const catalog: Catalog = {
  controllers: ['shop'],
  identityTypes: new Map(),
  regulations: new Map([['gdpr', { id: 'gdpr', title: 'GDPR', source: 'GDPR art. 17', respond: { months: 1 } }]]),
  systems: new Map(systems.map((each) => [each.name, each])),
  feeds: new Map(),
  digest: 'digest-1',
};

export const identifier = (type: string, name: string): SealedIdentity => ({
  type,
  ref: `p1.${name}`,
  sealed: { keyId: 'k1', nonce: Buffer.alloc(12, 1), ciphertext: Buffer.from(`sealed ${name}`) },
});
export const email = identifier('email', 'mail');
export const customer = identifier('customer_id', 'customer');
export const customer2 = identifier('customer_id', 'customer-2');

export const footprint = (of: string, dataset = `${of}-rows`): Footprint => ({
  system: of,
  dataset,
  firstSeen: new Date('2011-01-01'),
  lastSeen: new Date('2011-12-01'),
});

export const accept: Accept = {
  type: 'Accept',
  requestId: caseId,
  controller: 'shop',
  scope: { all: true, datasets: [] },
  legalReference: 'GDPR art. 17',
  receivedAt: start,
  respondBy: at(28 * day),
  catalogDigest: catalog.digest,
};

export function locate(
  increment: number,
  identifiers: readonly SealedIdentity[],
  { footprints = [], complete = false }: { footprints?: readonly Footprint[]; complete?: boolean } = {},
): Locate {
  const plan = planFrom(catalog, { identifiers, footprints });
  return { type: 'Locate', requestId: caseId, increment, complete, plan, catalogDigest: catalog.digest };
}

export function answer(of: string, round: number, more: Partial<RecordAnswer> = {}): RecordAnswer {
  return {
    type: 'RecordAnswer',
    requestId: caseId,
    orderId: `${caseId}:${of}:${round}`,
    system: of,
    outcome: 'erased',
    count: 3,
    method: 'deleted',
    until: null,
    fieldsKept: [],
    legalBasis: null,
    subProcessorsTold: [],
    reason: null,
    erasedThrough: at(300 * day),
    answeredAt: at(300 * day),
    ...more,
  };
}

export const lease = { publishAgainAfterMs: 180 * minute };
const rules = erasureCase(lease);

/** A case, and everything it said on the way. */
export interface Told {
  readonly state: CaseState;
  readonly events: readonly CaseEvent[];
  /** What the last command alone led to. */
  readonly last: readonly CaseEvent[];
}
export const untold: Told = { state: rules.initial, events: [], last: [] };

export function tell(told: Told, command: CaseCommand, now: Date): Told {
  const last = rules.decide(told.state, command, now);
  return {
    state: last.reduce((state, event) => rules.evolve(state, event), told.state),
    events: [...told.events, ...last],
    last,
  };
}

/** One command per minute. */
export function given(...commands: readonly CaseCommand[]): Told {
  return commands.reduce((told, command, index) => tell(told, command, at(index * minute)), untold);
}

export const names = (events: readonly CaseEvent[]): readonly string[] => events.map(({ event }) => event);

/** The fields of every event of this name. */
export function said<N extends CaseEvent['event']>(
  events: readonly CaseEvent[],
  name: N,
): readonly Extract<CaseEvent, { readonly event: N }>[] {
  return events.filter((event): event is Extract<CaseEvent, { readonly event: N }> => event.event === name);
}
