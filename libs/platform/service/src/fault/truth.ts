/** What must be true of a counting service that has come to the end of its topic, computed from the log itself. */
import type { Db } from 'mongodb';
import { deadLetterTopic, decodeEvent, topicName } from '@lethe/contracts';
import { type Bus, readDeadLetter } from '@lethe/bus';
import type { RecordDocument } from '@lethe/store';
import { fences } from '../offset-fence.ts';
import { type Completions, type Count, OWES_EVERY, TERMINAL, UNCLASSIFIED } from './counting.ts';

/** One message as the log holds it; null when nobody can handle it. */
interface Message {
  readonly partition: number;
  readonly offset: number;
  readonly event: {
    readonly name: 'accepted' | 'completed';
    readonly requestId: string;
    readonly sequence: number;
  } | null;
}

/** What a service has passed, in the order of each request. */
export interface Truth {
  readonly messages: number;
  readonly accepted: ReadonlyMap<string, readonly number[]>;
  readonly completed: ReadonlyMap<string, readonly number[]>;
  /** Places of the messages that nobody can handle. */
  readonly poison: ReadonlySet<string>;
}

export async function logOf(bus: Bus, prefix: string): Promise<readonly Message[]> {
  const log: Message[] = [];
  for await (const { partition, offset, value } of bus.readAll(topicName(prefix, 'lethe.requests'))) {
    log.push({ partition, offset, event: value === null ? null : meant(value) });
  }
  return log;
}

function meant(value: Buffer): Message['event'] {
  try {
    const { name, event } = decodeEvent(value);
    if (name === 'SubjectRequestCompleted') return { name: 'completed', ...placeOf(event) };
    if (name !== 'SubjectRequestAccepted') return null;
    const refused = event.sequence === TERMINAL || event.sequence === UNCLASSIFIED;
    return refused ? null : { name: 'accepted', ...placeOf(event) };
  } catch {
    return null;
  }
}

/** The part of the log that lies below the service's fences: exactly that must have had its effect, once. */
export async function truthOf(db: Db, log: readonly Message[]): Promise<Truth> {
  const next = new Map((await fences(db).find().toArray()).map((fence) => [fence.partition, fence.next ?? 0]));
  const below = log.filter(({ partition, offset }) => offset < (next.get(partition) ?? 0));
  const poison = below.filter(({ event }) => event === null);
  const events = below.flatMap(({ event }) => event ?? []);
  const sequences = (name: 'accepted' | 'completed'): Map<string, number[]> => {
    const byRequest = Map.groupBy(
      events.filter((event) => event.name === name),
      ({ requestId }) => requestId,
    );
    return new Map([...byRequest].map(([requestId, heard]) => [requestId, heard.map(({ sequence }) => sequence)]));
  };
  return {
    messages: below.length,
    accepted: sequences('accepted'),
    completed: sequences('completed'),
    poison: new Set(poison.map(({ partition, offset }) => `${partition}/${offset}`)),
  };
}

/** One fact as it stands on the topic. */
export interface Said {
  readonly id: string;
  readonly requestId: string;
  readonly sequence: number;
  /** The message that it answers; null for a debt that was paid. */
  readonly heard: number | null;
}

/** Everything that counting services have said, by service, in the order of each request. */
export interface Outputs {
  readonly facts: ReadonlyMap<string, readonly Said[]>;
  /** Places of the messages given up, by service, repeats included. */
  readonly deadLetters: ReadonlyMap<string, readonly string[]>;
}

export async function outputsOf(bus: Bus, prefix: string): Promise<Outputs> {
  const facts = new Map<string, Said[]>();
  for await (const { value, headers } of bus.readAll(topicName(prefix, 'lethe.case-events'))) {
    if (value === null) continue;
    const service = (headers['ce_source'] ?? '').split('/').at(-1) ?? '';
    const { name, event } = decodeEvent(value);
    const said = facts.get(service) ?? [];
    facts.set(service, said);
    const id = headers['ce_id'] ?? '';
    if (name === 'CaseOpened') said.push({ id, ...placeOf(event), heard: Number(event.catalogDigest) });
    if (name === 'CaseClosed') said.push({ id, ...placeOf(event), heard: null });
  }
  const deadLetters = new Map<string, string[]>();
  for await (const letter of bus.readAll(deadLetterTopic(topicName(prefix, 'lethe.requests')))) {
    const { group, partition, offset } = readDeadLetter(letter, (sealed) => sealed);
    const service = group.slice(prefix.length + 1);
    const places = deadLetters.get(service) ?? [];
    deadLetters.set(service, places);
    places.push(`${partition}/${offset}`);
  }
  return { facts, deadLetters };
}

function placeOf({ requestId, sequence }: { readonly requestId: string; readonly sequence: number }) {
  return { requestId, sequence };
}

/** Everything that is not as it must be in the service's own store: lost, applied twice, out of order. */
export async function wrongState(db: Db, truth: Truth): Promise<readonly string[]> {
  const wrong: string[] = [];
  const states = new Map(
    (await db.collection<RecordDocument<Count>>('counts').find().toArray()).map(({ _id, state }) => [_id, state]),
  );
  for (const [requestId, sequences] of truth.accepted) {
    const { heard = [], owed = 0, said = 0 } = states.get(requestId) ?? {};
    wrong.push(...difference(`state of ${requestId}`, sequences, heard));
    const debts = sequences.filter((sequence) => sequence % OWES_EVERY === 0).length;
    const due = sequences.length + debts - owed;
    if (said !== due) wrong.push(`${requestId} said ${said}, not ${due}`);
  }
  const completions = new Map(
    (await db.collection<Completions>('completions').find().toArray()).map((each) => [each._id, each]),
  );
  for (const [requestId, sequences] of truth.completed) {
    const { heard = [], count = 0 } = completions.get(requestId) ?? {};
    wrong.push(...difference(`completions of ${requestId}`, sequences, heard));
    if (count !== sequences.length) wrong.push(`${requestId} counts ${count} completions, not ${sequences.length}`);
  }
  if (states.size !== truth.accepted.size) wrong.push(`${states.size} records, not ${truth.accepted.size}`);
  return wrong;
}

/**
 * Everything that is not as it must be on the topics, for what the service's store says was said.
 * @param repeats true where facts may stand there more than once (a restored database): then none may be missing
 */
export async function wrongOutput(
  db: Db,
  service: string,
  truth: Truth,
  outputs: Outputs,
  repeats = false,
): Promise<readonly string[]> {
  const wrong: string[] = [];
  const facts = outputs.facts.get(service) ?? [];
  const byRequest = Map.groupBy(facts, ({ requestId }) => requestId);
  const ids = new Set(facts.map(({ id }) => id));
  if (!repeats && ids.size !== facts.length) wrong.push(`${facts.length - ids.size} facts were published twice`);
  for (const { _id, state } of await db.collection<RecordDocument<Count>>('counts').find().toArray()) {
    const said = byRequest.get(_id) ?? [];
    const expected = Array.from({ length: state.said }, (_, index) => index + 1);
    if (repeats) {
      const numbers = new Set(said.map(({ sequence }) => sequence));
      const missing = expected.filter((sequence) => !numbers.has(sequence));
      if (missing.length > 0) wrong.push(`${_id}: facts ${missing.slice(0, 5).join(', ')} were never published`);
      continue;
    }
    const sequences = said.map(({ sequence }) => sequence);
    wrong.push(...difference(`sequences of ${_id}`, expected, sequences));
    const answers = said.flatMap(({ heard }) => heard ?? []);
    wrong.push(...difference(`answers of ${_id}`, state.heard, answers));
  }
  const given = outputs.deadLetters.get(service) ?? [];
  const places = new Set(given);
  if (!repeats && given.length !== places.size) wrong.push(`${given.length - places.size} dead letters stand twice`);
  for (const place of truth.poison) if (!places.has(place)) wrong.push(`no dead letter of ${place}`);
  for (const place of places) if (!truth.poison.has(place)) wrong.push(`${place} was given up`);
  return wrong;
}

function difference(what: string, expected: readonly number[], found: readonly number[]): readonly string[] {
  const at = expected.findIndex((value, index) => found[index] !== value);
  if (at === -1 && found.length === expected.length) return [];
  const from = at === -1 ? expected.length : at;
  const shown = (values: readonly number[]): string => values.slice(from, from + 4).join(', ');
  return [
    `${what}: ${found.length} of ${expected.length}; from place ${from}: ${shown(found)}, expected ${shown(expected)}`,
  ];
}
