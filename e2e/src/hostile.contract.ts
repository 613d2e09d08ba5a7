/**
 * Hostile input to the whole cell: each kind has its one outcome, the partitions go on, and what was marked is found
 * nowhere but where it was put: on the feed, in an order for its team, in what the team itself sent.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deadLetterNotes, type OutgoingRecord } from '@lethe/bus';
import { topicName } from '@lethe/contracts';
import { waitFor } from '@lethe/testkit';
import { type Cell, type ServiceName, services } from './cell.ts';
import { answerRecord, type Desk, openDesk } from './desk.ts';
import { feedRecord, requestBody, signUp, userEvent } from './members.ts';

/** Stands in every identifier, key, header and text that is fed in here. */
const MARK = 'canary7731';

/** What is asked of a cell here; one of containers has to fetch its output. */
export type HostileCell = Pick<Cell, 'prefix' | 'bus' | 'mongo' | 'url' | 'get' | 'post'> &
  AsyncDisposable & { output(name: ServiceName): string | Promise<string> };

/**
 * @param open a cell with the smallest catalog; it is closed here
 * @param openMs how long that may take
 */
export const hostileInput = (open: () => Promise<HostileCell>, openMs = 120_000): void =>
  describe('hostile input', () => {
    let cell: HostileCell;
    let desk: Desk;
    let request: string;

    beforeAll(async () => {
      cell = await open();
      desk = await openDesk(cell.bus, cell.prefix, () => ({
        outcome: 'retained',
        method: null,
        reason: `kept for ${MARK}@example.com`,
        legalBasis: `because ${MARK} said so`,
        fieldsKept: [`name of ${MARK}`],
        answeredAt: new Date('9999-01-01T00:00:00Z'),
      }));
    }, openMs);
    afterAll(async () => {
      await desk[Symbol.asyncDispose]();
      await cell[Symbol.asyncDispose]();
    }, 60_000);

    const send = async (records: readonly OutgoingRecord[]): Promise<void> => {
      const producer = await cell.bus.producer('hostile');
      try {
        await producer.send(records);
      } finally {
        await producer.close();
      }
    };
    const raw = (topic: string, value: Buffer): OutgoingRecord => ({
      topic,
      key: MARK,
      value,
      headers: { ce_id: MARK, [MARK]: MARK },
    });
    const deadLetters = async (topic: string): Promise<readonly string[]> => {
      const reasons: string[] = [];
      for await (const letter of cell.bus.readAll(`${topic}.dead-letter`)) {
        expect(JSON.stringify([letter.key, letter.headers])).not.toContain(MARK);
        expect(letter.value?.includes(MARK)).toBe(false);
        reasons.push(deadLetterNotes(letter).reason);
      }
      return reasons.sort();
    };
    const letters = (topic: string, reasons: readonly string[]): Promise<unknown> =>
      waitFor(async () => (await deadLetters(topic)).length >= reasons.length, {
        what: `${reasons.length} dead letters of ${topic}`,
        timeoutMs: 30_000,
      }).then(async () => expect(await deadLetters(topic)).toEqual([...reasons].sort()));

    it('on the feed becomes dead letters, and the partition goes on', async () => {
      const feed = topicName(cell.prefix, 'lethe.user-events');
      const identities = [{ type: 'member_id', value: MARK }];
      await send([
        raw(feed, Buffer.from(`no Avro, but ${MARK}`)),
        raw(feed, Buffer.concat([Buffer.from([0xc3, 0x01]), Buffer.from('12345678'), Buffer.from(MARK)])),
        feedRecord(cell.prefix, { ...userEvent('members', identities), system: '' }),
        feedRecord(cell.prefix, { ...userEvent('members', identities), dataset: MARK }),
        feedRecord(cell.prefix, userEvent('members', [{ type: MARK, value: 'x' }])),
        feedRecord(
          cell.prefix,
          userEvent(
            'members',
            Array.from({ length: 10_000 }, (_, index) => ({ type: 'member_id', value: `${MARK}-${index}` })),
          ),
        ),
        feedRecord(cell.prefix, userEvent('members', [{ type: 'member_id', value: MARK.repeat(80_000) }])),
        feedRecord(cell.prefix, { ...signUp(MARK), occurredAt: new Date('9999-06-01T00:00:00Z') }),
      ]);
      await letters(feed, [
        'undecodable',
        'unknown_fingerprint',
        'empty_system',
        'unknown_feed',
        'unknown_identity_type',
        'too_many_identities',
        'invalid_identity',
      ]);
    }, 60_000);

    it('in what a team says leaves no word of it, and the case closes on its answer', async () => {
      const response = await cell.post('/v1/subject-requests', requestBody(MARK));
      request = ((await response.json()) as { id: string }).id;
      const shown = await waitFor(
        async () => {
          const { body } = await cell.get('intake', `/v1/subject-requests/${request}`);
          return (body as { state: string }).state === 'completed' ? body : false;
        },
        { what: 'the request to be completed', timeoutMs: 30_000 },
      );
      // The year 9999 was clamped, so the sign-up was found and its member id was ordered.
      expect(desk.orders.map(({ identifiers }) => identifiers[0]?.value)).toEqual([MARK]);
      expect(shown).toMatchObject({ outcome: 'erased_with_exceptions' });
      expect(JSON.stringify(shown)).not.toContain(MARK);
    }, 60_000);

    it('on the answers topic is a stub or a dead letter', async () => {
      const answers = topicName(cell.prefix, 'lethe.answers.*', 'desk');
      const stub = randomUUID();
      await send([
        raw(answers, Buffer.from(MARK)),
        answerRecord(cell.prefix, 'desk', { orderId: `${stub}:other:1`, requestId: stub }, {}),
        answerRecord(cell.prefix, 'desk', { orderId: `${MARK}@example.com:desk:1`, requestId: MARK }, {}),
        answerRecord(cell.prefix, 'desk', { orderId: `${stub}:desk:1`, requestId: request }, {}),
        answerRecord(
          cell.prefix,
          'desk',
          { orderId: `${stub}:desk:1`, requestId: stub },
          { reason: `seen with ${MARK}` },
        ),
      ]);
      await letters(answers, [
        'undecodable',
        'order_of_another_system',
        'order_id_malformed',
        'order_of_another_request',
      ]);
      const shown = await waitFor(
        async () => {
          const { status, body } = await cell.get('erasure', `/v1/cases/${stub}`);
          return status === 200 ? body : false;
        },
        { what: 'the answer without an order to be shown', timeoutMs: 20_000 },
      );
      expect(shown).toMatchObject({ state: 'unheard', answersWithoutOrder: 1 });
      expect(JSON.stringify(shown)).not.toContain(`${MARK}@`);
    }, 60_000);

    it('over HTTP is answered without an echo', async () => {
      const paths = [`/v1/cases/${MARK}`, `/v1/cases/${MARK}/entries`, `/v1/subject-requests/${MARK}`, `/${MARK}`];
      for (const name of services) {
        for (const path of paths) {
          const response = await fetch(`${cell.url(name)}${path}`);
          expect(response.status).toBe(404);
          expect(await response.text()).not.toContain(MARK);
        }
      }
    }, 30_000);

    it('is nowhere in logs, audit entries, internal topics or stores', async () => {
      for (const name of services) expect(await cell.output(name)).not.toContain(MARK);
      const { body } = await cell.get('audit', `/v1/cases/${request}/entries`);
      expect(JSON.stringify(body)).not.toContain(MARK);
      for (const pattern of [
        'lethe.observations',
        'lethe.requests',
        'lethe.footprints',
        'lethe.case-events',
      ] as const) {
        for await (const { key, value, headers } of cell.bus.readAll(topicName(cell.prefix, pattern))) {
          expect(JSON.stringify([key, headers])).not.toContain(MARK);
          expect(value?.includes(MARK)).toBe(false);
        }
      }
      for (const name of services) {
        const db = cell.mongo.db(`${cell.prefix}-${name}`);
        for (const { name: collection } of await db.listCollections().toArray()) {
          for await (const document of db.collection(collection).find()) {
            expect(JSON.stringify(document)).not.toContain(MARK);
          }
        }
      }
    }, 60_000);
  });
