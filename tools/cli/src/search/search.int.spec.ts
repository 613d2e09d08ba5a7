/** Every place and form, planted on real servers: each is found and named, and what should not be there is told first. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Bus, deadLetterOf, kafkaBus, kafkaLog, type KafkaLog } from '@lethe/bus';
import { deadLetterTopic, decodeEvent, topicName, topicSpecs } from '@lethe/contracts';
import { type KeyPurpose, remembered } from '@lethe/identity';
import { namespace, testStack } from '@lethe/testkit';
import { createRecordsBatch, type MessageRecord } from '@platformatic/kafka';
import kafkajs from 'kafkajs';
import { MongoClient } from 'mongodb';
import { runLethe } from '../program.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { lookEverywhere, type Outcome } from './look-everywhere.ts';
import {
  box,
  email,
  located,
  now,
  otherBox,
  plantInLogs,
  plantInStores,
  requestId,
  sealer,
  userEvent,
  value,
} from './planted.given.ts';
import { catalog, keys, keyVariables } from './sought.given.ts';

describe('lethe search over real servers', () => {
  const prefix = namespace();
  const topic = (pattern: Parameters<typeof topicName>[1]): string =>
    topicName(prefix, pattern, pattern.endsWith('*') ? 'desk' : undefined);
  const letters = deadLetterTopic(topic('lethe.user-events'));
  const unknown = `${prefix}.copy`;
  let bus: Bus;
  let log: KafkaLog;
  let client: MongoClient;
  let env: Readonly<Record<string, string>>;
  let folder: string;

  beforeAll(async () => {
    const stack = await testStack();
    const { brokers } = stack.kafka;
    env = { ...stack.env, ...keyVariables, LETHE_PREFIX: prefix };
    folder = await mkdtemp(join(tmpdir(), 'lethe-search-'));
    bus = kafkaBus({ brokers, clientId: `${prefix}-spec` });
    log = kafkaLog({ brokers, clientId: `${prefix}-spec` });
    client = await new MongoClient(stack.mongodb.url, { promoteBuffers: true }).connect();
    const used = new Set([
      ...(['lethe.user-events', 'lethe.footprints', 'lethe.case-events', 'lethe.operator-events'] as const).map(topic),
      ...[topic('lethe.schemas'), topic('lethe.erasure-orders.*'), letters],
    ]);
    const specs = topicSpecs(prefix, ['desk']).filter(({ name }) => used.has(name));
    await bus.createTopics([...specs, { name: unknown, partitions: 1, configs: {} }]);
    await plantOnTopics(
      new kafkajs.Kafka({ brokers: [...brokers], clientId: `${prefix}-raw`, logLevel: kafkajs.logLevel.NOTHING }),
    );
    await plantInStores(client, prefix);
    await plantInLogs(folder);
    await plantInFiles();
  }, 120_000);
  afterAll(async () => {
    await Promise.all([bus.close(), log.close()]);
    for (const name of ['discovery', 'erasure', 'audit', 'team']) await client.db(`${prefix}-${name}`).dropDatabase();
    await client.close();
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  const plantOnTopics = async (kafka: InstanceType<typeof kafkajs.Kafka>): Promise<void> => {
    const producer = await bus.producer('plant');
    const record = { offset: 0, key: null, value: userEvent(value), headers: {}, appendedAt: now };
    const source = { topic: topic('lethe.user-events'), partition: 0, group: 'g', reason: 'unknown_feed', attempts: 1 };
    const letter = deadLetterOf({ ...source, record, firstFailedAt: now, seal: (raw) => sealer.sealBytes(raw) });
    const plain = { key: null, headers: {} };
    await producer.send([
      { ...plain, topic: topic('lethe.user-events'), value: userEvent(value) },
      { ...plain, topic: topic('lethe.user-events'), value: userEvent('canarz.7731@example.com') },
      { ...plain, topic: topic('lethe.footprints'), value: located(otherBox, box) },
      { ...plain, topic: topic('lethe.erasure-orders.*'), value: Buffer.from(value) },
      { ...plain, topic: topic('lethe.case-events'), key: value, value: null },
      { ...plain, topic: topic('lethe.case-events'), value: null, headers: { [value]: 'x' } },
      {
        ...plain,
        topic: topic('lethe.case-events'),
        value: null,
        headers: { about: Buffer.from(value).toString('base64') },
      },
      { ...plain, topic: unknown, value: Buffer.from(value, 'utf16le') },
      letter,
      { ...plain, topic: letters, value: Buffer.from(value) },
    ]);
    await producer.close();
    const raw = kafka.producer({ transactionalId: `${prefix}-plant`, maxInFlightRequests: 1, idempotent: true });
    await raw.connect();
    const transaction = await raw.transaction();
    await transaction.send({ topic: topic('lethe.schemas'), messages: [{ key: 'k', value }] });
    await transaction.abort();
    await raw.disconnect();
    const packed = kafka.producer();
    await packed.connect();
    const messages = [{ value: userEvent(value) }, { value: userEvent(value) }];
    await packed.send({ topic: topic('lethe.user-events'), messages, compression: kafkajs.CompressionTypes.GZIP });
    await packed.disconnect();
  };

  const plantInFiles = async (): Promise<void> => {
    const message = (bytes: Buffer): MessageRecord => ({ topic: 't', value: bytes });
    const batch = (compression: 'none' | 'gzip', ...values: readonly Buffer[]): Buffer =>
      createRecordsBatch(values.map(message), { compression }).buffer;
    const partition = join(folder, 'kafka', `${topic('lethe.user-events')}-3`);
    await mkdir(partition, { recursive: true });
    const first = Buffer.concat([batch('none', Buffer.from('x'), userEvent(value)), batch('gzip', userEvent(value))]);
    await writeFile(join(partition, `${'0'.repeat(20)}.log.deleted`), first);
    const damaged = Buffer.concat([batch('none', Buffer.from('x')), Buffer.alloc(64, 7), Buffer.from(` ${value}`)]);
    await writeFile(join(partition, `${'0'.repeat(19)}9.log`), damaged);
    const gone = join(folder, 'kafka', `${topic('lethe.case-events')}-0.${'a'.repeat(32)}-delete`);
    await mkdir(gone);
    await writeFile(join(gone, `${'0'.repeat(20)}.log`), batch('gzip', Buffer.from(value)));
    const others = join(folder, 'kafka', 'elsewhere.user-events-0');
    await mkdir(others);
    await writeFile(join(others, `${'0'.repeat(20)}.log`), batch('none', Buffer.from(value)));
  };

  const look = (): Promise<Outcome> =>
    lookEverywhere({
      ...{ prefix, keys, catalog, soughts: [email], log, client },
      logs: [join(folder, 'logs')],
      kafkaLogs: [join(folder, 'kafka'), join(folder, 'logs')],
      interrupted: new AbortController().signal,
    });
  const shown = ({ findings }: Outcome, unexpected: boolean): readonly string[] =>
    findings
      .filter(({ reason }) => (reason === null) === unexpected)
      .map(({ kind, place, form, count, as }) => `${kind === 'log' ? place : kind}: ${form} ${count} ${as.join('+')}`)
      .sort();

  it('finds what was planted where it may stand, in every form', async () => {
    expect(shown(await look(), false)).toEqual(
      [
        'topic lethe.user-events: clear 3 utf-8',
        'topic lethe.erasure-orders.*: clear 1 utf-8',
        'topic lethe.footprints: ref 1 text',
        'topic lethe.footprints: sealed 1 identifier',
        'topic dead-letter: sealed 1 bytes, in them utf-8',
        'segment lethe.user-events: clear 3 utf-8',
        'store discovery.identities: ref 1 text',
        'store discovery.identities: sealed 1 identifier',
        'store discovery.links: ref 1 text',
        'store discovery.erasure-register: register hash 1 text',
        'store discovery.outbox: ref 1 text',
        'store discovery.outbox: sealed 1 identifier',
        'store erasure.erasure-cases: ref 1 text',
        'store erasure.erasure-cases: sealed 1 identifier',
        'oplog discovery.identities: ref 1 text',
        'oplog discovery.identities: sealed 1 identifier',
        'oplog discovery.links: ref 1 text',
        'oplog discovery.erasure-register: register hash 1 text',
        'oplog discovery.outbox: ref 1 text',
        'oplog discovery.outbox: sealed 1 identifier',
        'oplog erasure.erasure-cases: ref 2 text',
        'oplog erasure.erasure-cases: sealed 2 identifier',
      ].sort(),
    );
  }, 60_000);

  it('tells what should not be there, also what was aborted, deleted, compressed or damaged', async () => {
    const outcome = await look();
    expect(shown(outcome, true)).toEqual(
      [
        'topic lethe.case-events: clear 3 base64+utf-8',
        'topic lethe.schemas: clear 1 utf-8',
        'topic dead-letter: clear 1 utf-8',
        'topic unknown: clear 1 utf-16le',
        'segment lethe.case-events: clear 1 utf-8',
        'store erasure.erasure-cases after its end: ref 1 text',
        'store erasure.erasure-cases after its end: sealed 1 identifier',
        'store audit.entries: clear 1 utf-8',
        'oplog audit.entries: clear 1 utf-8',
        // Deleted since: the log of writes alone still has it.
        'oplog audit.cases: clear 1 utf-8',
        'logs/bad.log: clear 1 utf-8',
        'logs/old/bad.log.1.gz: clear 1 hex',
        'logs/old/bad.log.1.gz: ref 1 text',
      ].sort(),
    );
    const whereOf = (place: string, form: string): readonly string[] =>
      outcome.findings.find((finding) => finding.place.endsWith(place) && finding.form === form)?.where ?? [];
    expect(whereOf('bad.log', 'clear')).toEqual(['line 2']);
    expect(whereOf('bad.log.1.gz', 'ref')).toEqual(['line 3']);
    expect(whereOf('erasure-cases after its end', 'sealed')).toEqual([requestId]);
    expect(JSON.stringify(outcome)).not.toContain('canary');
    expect(outcome.notLooked.join('\n')).toMatch(new RegExp(`database ${prefix}-team: it is no store`));
    expect(outcome.blind).toEqual(
      expect.arrayContaining([
        'refs under the peppers p0: not configured here',
        'entries of the erasure register under the keys r0, r9: not configured here',
        `the store of intake: this account sees no database ${prefix}-intake of a service`,
        '2 sealed byte strings, under keys that are not configured',
        '--kafka-logs: number 2 has no folder of a partition of this deployment',
      ]),
    );
    expect(outcome.blind.join('\n')).toMatch(/cut\.gz behind its line/);
    expect(outcome.notLooked.join('\n')).toMatch(/__consumer_offsets/);
  }, 60_000);

  describe('as a command', () => {
    let others: Readonly<Record<string, string>> = {};
    const run = async (stdin: string, ...words: readonly string[]) => {
      const told = { out: '', notes: '' };
      const terminal: Terminal = {
        env: { ...env, ...others, LETHE_CATALOG: new URL('../../../../e2e/catalog', import.meta.url).pathname },
        stdin: {
          isTerminal: false,
          read: () => Promise.resolve(Buffer.from(stdin)),
          typed: () => Readable.from([]),
        },
        out: (text) => {
          told.out += text;
        },
        note: (line) => {
          told.notes += `${line}\n`;
        },
        interrupted: new AbortController().signal,
      };
      return { code: await runLethe(['search', ...words], terminal), ...told };
    };
    const facts = async (): Promise<readonly unknown[]> => {
      const found: unknown[] = [];
      for await (const { value: bytes } of bus.readAll(topic('lethe.operator-events')))
        if (bytes !== null) found.push(decodeEvent(bytes).event);
      return found;
    };

    it('tells the audit log before it looks, and nothing of what was looked for', async () => {
      const before = (await facts()).length;
      const { code, out, notes } = await run('email=a@b.example\n', '--reason', 'ticket_4711', '--actor', 'dpo');
      expect([code, notes]).toEqual([5, '']);
      expect(out).toMatch(/\n\nnothing found, but not all could be looked at\n/);
      expect(out).not.toMatch(/nowhere/);
      expect((await facts()).slice(before)).toEqual([
        expect.objectContaining({ actor: 'dpo', reason: 'ticket_4711', requestId: null }),
      ]);
    }, 60_000);

    it('looks for nobody without a reason, without an actor, or for what is no identifier', async () => {
      const before = (await facts()).length;
      for (const [stdin, ...words] of [
        ['email=a@b.example\n', '--actor', 'dpo'],
        ['email=a@b.example\n', '--reason', 'ticket_4711'],
        ['canary\n', '--reason', 'ticket_4711', '--actor', 'dpo'],
        ['email=canary\n', '--reason', 'ticket_4711', '--actor', 'dpo'],
        ['phone=canary\n', '--reason', 'ticket_4711', '--actor', 'dpo'],
      ] as const) {
        const { code, out, notes } = await run(stdin, ...words);
        expect([code, out]).toEqual([2, '']);
        expect(notes).not.toContain('canary');
      }
      expect(await facts()).toHaveLength(before);
    }, 60_000);

    it('ends in code 3 where something stands that should not, and never prints it', async () => {
      const words = ['--request', requestId, '--actor', 'dpo', '--controller', 'corner'] as const;
      // Another controller's names are others; what stands in clear is anybody's.
      const { code, out } = await run(`email=${value}\n`, ...words);
      expect(code).toBe(3);
      expect(out).toMatch(/UNEXPECTED:/);
      expect(out).not.toMatch(/canary|ref +email/);
    }, 60_000);

    it('does not look with the keys of another deployment, nor in a MongoDB that has none of its stores', async () => {
      const before = (await facts()).length;
      const histories = client.db(`${prefix}-discovery`).collection<{ readonly _id: KeyPurpose }>('key-histories');
      const { peppers, register, sealing } = keys;
      for (const [_id, ring] of Object.entries({ peppers, register, sealing })) {
        await histories.insertOne({ _id: _id as KeyPurpose, ring: remembered(ring), retired: [] } as never);
      }
      const words = ['--reason', 'ticket_4711', '--actor', 'dpo'] as const;
      others = { LETHE_SEALING_KEYS: '', LETHE_PEPPERS: '', LETHE_REGISTER_KEYS: '' };
      const developing = await run('email=a@b.example\n', ...words);
      expect([developing.code, developing.out]).toEqual([2, '']);
      expect(developing.notes).toMatch(/the keys are not those of this deployment: LETHE_PEPPERS lacks p2/);
      others = {};
      for (const service of ['discovery', 'erasure', 'audit']) {
        const relay = client.db(`${prefix}-${service}`).collection<{ _id: string }>('relay');
        await relay.deleteOne({ _id: service });
      }
      const elsewhere = await run('email=a@b.example\n', ...words);
      expect([elsewhere.code, elsewhere.out]).toEqual([2, '']);
      expect(elsewhere.notes).toMatch(/this MongoDB shows no store of a service/);
      expect(await facts()).toHaveLength(before);
    }, 60_000);
  });
});
