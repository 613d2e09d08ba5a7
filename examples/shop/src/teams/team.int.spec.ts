import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kafkaBus } from '@lethe/bus';
import type { Bus } from '@lethe/bus';
import { decodeEvent, encodeEvent, topicName, topicSpecs } from '@lethe/contracts';
import type { ErasureAnswered, ErasureMethod, ErasureOrdered, Identity } from '@lethe/contracts';
import { subscribe } from '@lethe/subscriber';
import { namespace, testStack, waitFor } from '@lethe/testkit';
import type { TestStack } from '@lethe/testkit';
import { MongoClient } from 'mongodb';
import type { Row } from '../data/rows.ts';
import { divide, emailOf, SYSTEMS } from '../data/systems.ts';
import type { System } from '../data/systems.ts';
import { accountCells, accountsFile, openAccounts } from '../stores/accounts.ts';
import { openReturns, returnsCells, returnsFile } from '../stores/returns.ts';
import { openSales, salesDatabase } from '../stores/sales.ts';
import type { ShopStore, TeamStore } from '../stores/shop-store.ts';
import { teamOf } from './team.ts';

const customer = (value: string): Identity => ({ type: 'customer_id', value });
const email = (value: string): Identity => ({ type: 'email', value: emailOf(value) });

/** Customers 10, 11 and 12 buy and bring back in turn, on one day each; every fourth line has no customer. */
const rows: readonly Row[] = Array.from({ length: 24 }, (_, index) => ({
  line: index + 2,
  invoiceNo: index % 2 === 0 ? `${index}` : `C${index}`,
  stockCode: '22138',
  description: 'BAKING SET',
  quantity: index % 2 === 0 ? 1 : -1,
  invoiceDate: new Date(Date.UTC(2011, 0, index + 1)),
  unitPrice: '4.95',
  customerId: index % 4 === 3 ? null : String(10 + (index % 3)),
  country: 'France',
}));
const data = divide(rows);
const methods: Readonly<Record<System, ErasureMethod>> = {
  sales: 'anonymised',
  returns: 'deleted',
  accounts: 'deleted',
};

let stack: TestStack;
let folder: string;
let bus: Bus;
const prefix = namespace();
const closing: (() => Promise<void>)[] = [];
const logged: string[] = [];

const log = (fields: object, message: string): void => void logged.push(JSON.stringify({ ...fields, message }));
const logger = { debug: log, info: log, warn: log, error: log };

const closeAll = async (): Promise<void> => {
  for (const close of closing.splice(0).reverse()) await close();
};

beforeAll(async () => {
  stack = await testStack();
  folder = await mkdtemp(join(tmpdir(), 'lethe-shop-'));
  bus = kafkaBus({ brokers: stack.kafka.brokers, clientId: prefix });
  await bus.createTopics(topicSpecs(prefix, SYSTEMS));
}, 60_000);
afterEach(closeAll, 30_000);
afterAll(async () => {
  await bus.close();
  const client = await MongoClient.connect(stack.mongodb.url);
  await client.db(salesDatabase(prefix)).dropDatabase();
  await client.close();
  await rm(folder, { recursive: true });
});

const openFilled = async (system: System): Promise<ShopStore> => {
  switch (system) {
    case 'sales': {
      const store = await openSales(stack.mongodb.url, prefix);
      await store.fill(data.sales);
      return store;
    }
    case 'returns': {
      const store = openReturns(returnsFile(folder));
      await store.fill(data.returns.map(returnsCells));
      return store;
    }
    case 'accounts': {
      const store = openAccounts(accountsFile(folder));
      await store.fill(data.accounts.map(accountCells));
      return store;
    }
  }
};

const start = async (system: System, store: TeamStore): Promise<{ stop(): Promise<void> }> => {
  const team = await subscribe({
    ...teamOf(system, methods[system], store),
    brokers: stack.kafka.brokers,
    prefix,
    logger,
    retryAfterMs: 50,
  });
  closing.push(() => team.stop());
  return team;
};

const order = (system: System, identifiers: readonly Identity[], eraseThrough = new Date()): ErasureOrdered => {
  const requestId = randomUUID();
  return {
    orderId: `${requestId}:${system}:1`,
    requestId,
    controller: 'shop',
    system,
    round: 1,
    datasets: [],
    identifiers,
    eraseThrough,
    answerBy: new Date(Date.now() + 60_000),
    attempt: 1,
    legalReference: null,
  };
};

const publish = async (system: System, value: Buffer, key: string): Promise<void> => {
  const producer = await bus.producer('orders');
  await producer.send([{ topic: topicName(prefix, 'lethe.erasure-orders.*', system), key, value, headers: {} }]);
  await producer.close();
};
const publishOrder = (ordered: ErasureOrdered): Promise<void> =>
  publish(ordered.system as System, encodeEvent('ErasureOrdered', ordered), ordered.orderId);

/** What was answered to an order, once there are so many answers. */
const answers = (ordered: ErasureOrdered, count: number): Promise<readonly ErasureAnswered[]> =>
  waitFor(
    async () => {
      const found: ErasureAnswered[] = [];
      for await (const { value, key } of bus.readAll(topicName(prefix, 'lethe.answers.*', ordered.system))) {
        const decoded = value === null ? null : decodeEvent(value);
        if (decoded?.name === 'ErasureAnswered' && decoded.event.orderId === ordered.orderId) {
          expect(key).toBe(ordered.requestId);
          found.push(decoded.event);
        }
      }
      return found.length >= count && found;
    },
    { what: `${count} answers of ${ordered.system}`, timeoutMs: 30_000, everyMs: 200 },
  );

describe.each(SYSTEMS)('the %s team', (system) => {
  it('erases what names the subject, leaves everything else, and answers; the same again when asked again', async () => {
    const store = await openFilled(system);
    closing.push(() => store.close());
    const identifiers = [customer('10'), ...(system === 'accounts' ? [email('10'), email('11')] : [customer('11')])];
    const lines = await store.linesNaming(identifiers);
    const others = await store.others(lines);
    expect(lines.length).toBeGreaterThan(0);
    expect(others.rows).toBeGreaterThan(0);

    const first = order(system, identifiers);
    await publishOrder(first); // before the team is there: it finds its order
    const team = await start(system, store);
    const [answer] = await answers(first, 1);
    expect(answer).toMatchObject({ outcome: 'erased', count: lines.length, method: methods[system], reason: null });
    expect(answer?.erasedThrough).toEqual(first.eraseThrough);
    expect(await store.linesNaming(identifiers)).toEqual([]);
    expect(await store.others(lines)).toEqual(others);

    await publishOrder({ ...first, attempt: 2 });
    expect((await answers(first, 2))[1]).toEqual(answer);

    await team.stop();
    await publishOrder({ ...first, attempt: 3 });
    await start(system, store); // from the committed offset, with the ledger of before
    expect(await answers(first, 3)).toEqual([answer, answer, answer]);
  }, 60_000);

  it('answers not_found when it holds no row', async () => {
    const store = await openFilled(system);
    closing.push(() => store.close());
    await start(system, store);
    const unknown = order(system, [customer('999'), email('999')]);
    await publishOrder(unknown);
    expect(await answers(unknown, 1)).toMatchObject([{ outcome: 'not_found', count: 0, method: null }]);
  }, 60_000);

  it('erases up to the cut-off, and further when the order is published again with a later one', async () => {
    const store = await openFilled(system);
    closing.push(() => store.close());
    await start(system, store);
    const all = [customer('10'), customer('11'), customer('12')];
    const total = (await store.linesNaming(all)).length;
    const early = order(system, all, new Date(Date.UTC(2011, 0, 2)));
    await publishOrder(early);
    const [first] = await answers(early, 1);
    const left = (await store.linesNaming(all)).length;
    expect(left).toBeGreaterThan(0);
    expect(first).toMatchObject({ count: total - left, erasedThrough: early.eraseThrough });
    // Long past, so that an answer for the team's own time would have passed for it.
    const later = new Date(Date.UTC(2011, 1, 1));
    await publishOrder({ ...early, eraseThrough: later, attempt: 2 });
    const [, second] = await answers(early, 2);
    expect(second).toMatchObject({ outcome: 'erased', count: total, erasedThrough: later });
    expect(await store.linesNaming(all)).toEqual([]);
  }, 60_000);
});

describe('a team in trouble', () => {
  it('passes over what is no order, and goes on', async () => {
    const store = await openFilled('returns');
    closing.push(() => store.close());
    await start('returns', store);
    const next = order('returns', [customer('10')]);
    await publish('returns', Buffer.from('someone@example.com'), next.orderId);
    await publish('returns', encodeEvent('ErasureOrdered', { ...next, system: 'sales' }), next.orderId);
    await publishOrder(next);
    expect(await answers(next, 1)).toMatchObject([{ outcome: 'erased' }]);
    expect(logged.join('\n')).not.toContain('someone');
  }, 60_000);

  it('tries again, says failed in the end, never writes that down, and erases when the order comes again', async () => {
    const store = await openFilled('returns');
    closing.push(() => store.close());
    let healthy = false;
    let tried = 0;
    const shaky: TeamStore = {
      ...store,
      erase: (...work) => {
        tried += 1;
        return healthy ? store.erase(...work) : Promise.reject(new Error('disk of someone@example.com is full'));
      },
    };
    await start('returns', shaky);
    const troubled = order('returns', [customer('10')]);
    await publishOrder(troubled);
    expect(await answers(troubled, 1)).toMatchObject([{ outcome: 'failed', reason: 'erase_failed', method: null }]);
    expect(tried).toBe(5);
    expect(await store.answered(troubled.orderId)).toBeNull();
    healthy = true;
    await publishOrder({ ...troubled, attempt: 2 });
    expect((await answers(troubled, 2))[1]).toMatchObject({ outcome: 'erased' });
    expect(logged.join('\n')).not.toContain('someone');
  }, 60_000);
});
