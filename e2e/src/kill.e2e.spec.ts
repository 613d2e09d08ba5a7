/** Each service is killed during the load and during the cases; at the end every count is what it would have been. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { topicName } from '@lethe/contracts';
import { waitFor } from '@lethe/testkit';
import { type Cell, type ServiceName, services, startCell } from './cell.ts';
import { type Desk, openDesk } from './desk.ts';
import { publish, requestBody, signUp, visit } from './members.ts';

const MEMBERS = 1_000;
const VISITS_EACH = 10;
const ROUND = 250;

const members = Array.from({ length: MEMBERS }, (_, index) => `member-${index}`);

interface Entry {
  readonly _id: number;
  readonly case: string;
  readonly opening: { readonly fact: { readonly publisher: string; readonly sequence: number } };
  readonly kind: string;
}

describe('kill', () => {
  let cell: Cell;
  let desk: Desk;
  const requests: string[] = [];

  beforeAll(async () => {
    cell = await startCell({ env: { LETHE_PUBLISH_AGAIN_MS: '5000' } });
    desk = await openDesk(cell.bus, cell.prefix, () => ({}));
  }, 120_000);
  afterAll(async () => {
    await desk[Symbol.asyncDispose]();
    await cell[Symbol.asyncDispose]();
  }, 60_000);

  const count = (service: ServiceName, collection: string): Promise<number> =>
    cell.mongo.db(`${cell.prefix}-${service}`).collection(collection).countDocuments();

  const caughtUp = async (): Promise<boolean> => {
    const feed = [topicName(cell.prefix, 'lethe.user-events')];
    const ends = await cell.bus.endOffsets(feed);
    const committed = await cell.bus.committedOffsets(`${cell.prefix}-intake`, feed);
    return ends.every(
      ({ partition, offset }) =>
        offset === 0 || committed.some((at) => at.partition === partition && at.offset >= offset),
    );
  };

  it.each(services)(
    '%s, during the load',
    async (victim) => {
      const quarter = MEMBERS / services.length;
      const begin = services.indexOf(victim) * quarter;
      const mine = members.slice(begin, begin + quarter);
      const events = mine.flatMap((member) => [
        signUp(member),
        ...Array.from({ length: VISITS_EACH }, () => visit(member)),
      ]);
      for (let from = 0; from < events.length; from += ROUND) {
        await publish(cell.bus, cell.prefix, events.slice(from, from + ROUND));
        if (from === ROUND * 4) await cell.kill(victim);
      }
      await cell.start(victim);
    },
    90_000,
  );

  it('ends the load with the counts of a load without deaths', async () => {
    await waitFor(caughtUp, { what: 'intake to have read every event', timeoutMs: 60_000 });
    await waitFor(async () => (await count('discovery', 'footprints')) >= MEMBERS * 3, {
      what: 'discovery to have learned every footprint',
      timeoutMs: 60_000,
    });
    expect(await count('discovery', 'identities')).toBe(MEMBERS * 2);
    expect(await count('discovery', 'links')).toBe(MEMBERS);
    expect(await count('discovery', 'footprints')).toBe(MEMBERS * 3);
  }, 150_000);

  it.each(services)(
    '%s, during the case',
    async (victim) => {
      const member = members[services.indexOf(victim) * 7];
      if (member === undefined) throw new Error('there is such a member');
      const response = await cell.post('/v1/subject-requests', requestBody(member), {
        'idempotency-key': `kill-${victim}`,
      });
      const { id } = (await response.json()) as { id: string };
      requests.push(id);
      await cell.kill(victim);
      await cell.start(victim);
      await waitFor(
        async () => {
          const { body } = await cell.get('intake', `/v1/subject-requests/${id}`);
          return (body as { state: string }).state === 'completed';
        },
        { what: `the request to be completed although ${victim} was killed`, timeoutMs: 60_000 },
      );
      // The key answers for the request that it made, also after deaths.
      const again = await cell.post('/v1/subject-requests', requestBody(member), {
        'idempotency-key': `kill-${victim}`,
      });
      expect(((await again.json()) as { id: string }).id).toBe(id);
    },
    120_000,
  );

  it('holds one entry per fact, in order, without a gap', async () => {
    expect(requests).toHaveLength(services.length);
    await waitFor(async () => (await count('audit', 'entries')) >= requests.length * 6, {
      what: 'every fact to be an entry',
      timeoutMs: 30_000,
    });
    const entries = await cell.mongo
      .db(`${cell.prefix}-audit`)
      .collection<Entry>('entries')
      .find()
      .sort({ _id: 1 })
      .toArray();
    expect(entries.map(({ _id }) => _id)).toEqual(entries.map((_, index) => index));
    for (const id of requests) {
      const facts = entries.filter((entry) => entry.case === id);
      expect(facts.map(({ kind }) => kind).sort()).toEqual([
        'CaseClosed',
        'CaseOpened',
        'OrderAnswered',
        'OrderSent',
        'SubjectRequestAccepted',
        'SubjectRequestCompleted',
      ]);
      const places = facts.map(({ opening: { fact } }) => `${fact.publisher}/${fact.sequence}`);
      expect(new Set(places).size).toBe(facts.length);
    }
    expect(entries).toHaveLength(requests.length * 6);
  }, 60_000);

  it('leaves no dead letter', async () => {
    const letters = (await cell.bus.listTopics(`${cell.prefix}.`)).filter((topic) => topic.endsWith('.dead-letter'));
    const ends = await cell.bus.endOffsets(letters);
    expect(ends.filter(({ offset }) => offset > 0)).toEqual([]);
  });
});
