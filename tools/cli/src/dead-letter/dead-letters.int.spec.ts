/** Dead letters on a real Kafka: listed, shown, revealed and redriven, each with its fact; and what is refused. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Bus, deadLetterOf, kafkaBus, type OutgoingRecord } from '@lethe/bus';
import { decodeEvent, encodeEvent, topicName, topicSpecs, type UserEvent } from '@lethe/contracts';
import { developmentKeys, parseKeys, sealerOf } from '@lethe/identity';
import { TRUNCATED_FROM } from '@lethe/service/operating';
import { namespace, testStack, type TestStack } from '@lethe/testkit';
import { ran } from '../index.ts';

const MARK = 'canary7731';
const WHO = ['--reason', 'ticket_4711', '--actor', 'operator-1'];
const prefix = namespace();
const feed = topicName(prefix, 'lethe.user-events');
const answers = topicName(prefix, 'lethe.answers.*', 'desk');
const letters = `${feed}.dead-letter`;

let stack: TestStack;
let bus: Bus;
let env: Readonly<Record<string, string>>;

const lethe = (...words: readonly string[]) => ran(words, { env });
const keysOf = (text: string) => {
  const parsed = parseKeys(text, 'KEYS');
  if (!parsed.ok) throw new Error(parsed.problems.join());
  return { sealing: parsed.ring, peppers: developmentKeys().peppers };
};
const ours = sealerOf(developmentKeys());
const others = sealerOf(keysOf(`k9:${Buffer.alloc(32, 'another key').toString('base64')}`));

const event: UserEvent = {
  eventId: '6a1c7f1e-5d1f-4c3b-9d2e-0a4f5b6c7d8e',
  controller: 'corner',
  system: 'desk',
  dataset: MARK,
  operation: 'upsert',
  identities: [{ type: 'email', value: `${MARK}@example.com` }],
  occurredAt: new Date('2026-01-05T10:00:00Z'),
};
const eventBytes = encodeEvent('UserEvent', event);

const letter = (
  offset: number,
  reason: string,
  { value = eventBytes, seal = ours, from = feed }: { value?: Buffer; seal?: typeof ours; from?: string } = {},
): OutgoingRecord => ({
  ...deadLetterOf({
    topic: from,
    partition: 0,
    record: { offset, key: MARK, value, headers: { ce_id: MARK, [MARK]: MARK }, appendedAt: new Date() },
    group: `${prefix}-intake`,
    reason,
    attempts: 1,
    firstFailedAt: new Date(),
    seal: (raw) => seal.sealBytes(raw),
  }),
  topic: letters,
});

beforeAll(async () => {
  stack = await testStack();
  bus = kafkaBus({ brokers: stack.kafka.brokers, clientId: `${prefix}-test` });
  env = { LETHE_KAFKA_BROKERS: stack.kafka.brokers.join(','), LETHE_PREFIX: prefix };
  await bus.createTopics(topicSpecs(prefix, ['desk']));
  const truncated = letter(4, 'too_large');
  const producer = await bus.producer('letters');
  await producer.send([
    letter(0, 'unknown_feed'),
    letter(1, 'undecodable', { value: Buffer.from(`no Avro, but ${MARK}`) }),
    letter(2, 'unknown_feed', { seal: others }),
    letter(3, 'unknown_feed'),
    { ...truncated, headers: { ...truncated.headers, [TRUNCATED_FROM]: '1500000' } },
    // Written by somebody who may write to the topic, and is no service.
    letter(5, 'unknown_feed', { from: `${prefix}.requests` }),
    { topic: letters, key: MARK, value: Buffer.from(MARK), headers: { [MARK]: MARK, 'lethe-reason': MARK } },
    { topic: letters, key: null, value: null, headers: {} },
  ]);
  await producer.close();
}, 120_000);

afterAll(async () => {
  await bus.close();
});

interface Told {
  readonly name: string;
  readonly event: object;
}
const facts = async (): Promise<readonly Told[]> => {
  const found: Told[] = [];
  for await (const { value } of bus.readAll(topicName(prefix, 'lethe.operator-events'))) {
    if (value !== null) found.push(decodeEvent(value));
  }
  return found;
};
const onTheFeed = async () => {
  const found = [];
  for await (const record of bus.readAll(feed)) found.push(record);
  return found;
};

describe('the list', () => {
  it('counts by topic and reason, and what no service wrote', async () => {
    const { code, out } = await lethe('dead-letter', 'list', '--json');
    const { groups } = JSON.parse(out) as { groups: readonly object[] };
    expect(code).toBe(0);
    expect(groups).toMatchObject([
      { topic: letters, reason: 'unknown_feed', letters: 3, redriven: 0, truncated: 0 },
      { reason: 'undecodable', letters: 1 },
      { reason: 'too_large', letters: 1, truncated: 1 },
      { reason: 'no_dead_letter_of_lethe', letters: 3 },
    ]);
    expect(out).not.toContain(MARK);
  }, 30_000);

  it('names each, of one topic and one reason', async () => {
    const { out, notes } = await lethe('dead-letter', 'list', '--each', '--topic', feed, '--reason-code', 'too_large');
    expect(out).toMatch(new RegExp(`^${letters}/0/4 .*only its beginning\\n$`));
    const none = await lethe('dead-letter', 'list', '--each', '--topic', answers);
    expect(none).toMatchObject({ code: 0, out: '', notes: 'there are no dead letters\n' });
    expect(notes).toBe('');
  }, 30_000);
});

describe('shown without what is personal', () => {
  it.each([
    [0, 'UserEvent'],
    [1, '"begins": "6e6f"'],
    [2, 'not in LETHE_SEALING_KEYS'],
    [4, '1500000'],
    [5, 'no dead letter of Lethe'],
    [6, 'no dead letter of Lethe'],
    [7, 'no dead letter of Lethe'],
  ])(
    'letter %i: %s',
    async (offset, says) => {
      const { code, out, notes } = await lethe('dead-letter', 'show', `${letters}/0/${offset}`);
      expect({ code, notes }).toEqual({ code: 0, notes: '' });
      expect(out).toContain(says);
      expect(out).not.toContain(MARK);
    },
    30_000,
  );

  it('leaves no fact', async () => {
    expect(await facts()).toEqual([]);
  }, 30_000);
});

describe('revealed', () => {
  it('is in clear, after its fact', async () => {
    const { code, out } = await lethe('dead-letter', 'show', `${letters}/0/0`, '--reveal', ...WHO, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      content: { key: MARK, headers: { [MARK]: MARK }, value: { name: 'UserEvent', event: { dataset: MARK } } },
    });
    const revealed = { actor: 'operator-1', topic: letters, partition: 0, offset: 0, reason: 'ticket_4711' };
    expect(await facts()).toMatchObject([{ name: 'DeadLetterRevealed', event: revealed }]);
  }, 30_000);

  it('is not, and has no fact, when it does not open', async () => {
    const { code, out, notes } = await lethe('dead-letter', 'show', `${letters}/0/2`, '--reveal', ...WHO);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(notes).toMatch(/not in LETHE_SEALING_KEYS[^]*when the key itself is gone/);
    expect(await facts()).toHaveLength(1);
  }, 30_000);

  it('is not when nobody can be told: no fact, no reveal', async () => {
    const lonely = namespace();
    const topic = `${lonely}.user-events`;
    const specs = topicSpecs(lonely, []).filter(({ name }) => name.startsWith(topic));
    await bus.createTopics(specs);
    const producer = await bus.producer('lonely');
    await producer.send([{ ...letter(0, 'unknown_feed', { from: topic }), topic: `${topic}.dead-letter` }]);
    await producer.close();
    for (const act of [['show', '--reveal'], ['redrive']]) {
      const [verb = '', ...flags] = act;
      const words = ['dead-letter', verb, `${topic}.dead-letter/0/0`, ...flags, ...WHO, '--prefix', lonely];
      const { code, out, notes } = await lethe(...words);
      expect({ code, out }).toEqual({ code: 1, out: '' });
      expect(notes).toContain('cannot be told to the audit log');
      expect(notes).not.toContain(MARK);
    }
    for await (const record of bus.readAll(topic)) expect(record).toBeUndefined();
  }, 30_000);
});

describe('redriven', () => {
  it('is the record as it was, with a header that says so, after its fact; and not twice', async () => {
    const address = `${letters}/0/0`;
    expect(await lethe('dead-letter', 'redrive', address, ...WHO)).toMatchObject({ code: 0 });
    const [record, ...rest] = await onTheFeed();
    expect(rest).toEqual([]);
    expect(record).toMatchObject({
      key: MARK,
      value: eventBytes,
      headers: { ce_id: MARK, [MARK]: MARK, 'lethe-redriven-from': address },
    });
    expect((await facts()).at(-1)).toMatchObject({
      name: 'DeadLetterRedriven',
      event: { actor: 'operator-1', topic: letters, partition: 0, offset: 0, to: feed, reason: 'ticket_4711' },
    });
    const again = await lethe('dead-letter', 'redrive', address, ...WHO);
    expect(again).toMatchObject({ code: 1, out: '' });
    expect(again.notes).toMatch(/was redriven already, at .*[^]*--again/);
    expect(await onTheFeed()).toHaveLength(1);
    expect(await lethe('dead-letter', 'redrive', address, '--again', ...WHO)).toMatchObject({ code: 0 });
    expect(await onTheFeed()).toHaveLength(2);
    expect((await lethe('dead-letter', 'list', '--each')).out).toMatch(new RegExp(`${address} .* redriven \\d{4}-`));
  }, 30_000);

  it('all of one reason: what was redriven, does not open or is none of ours is passed over and counted', async () => {
    const words = ['dead-letter', 'redrive', '--topic', feed, '--all', ...WHO];
    const one = await lethe(...words, '--reason-code', 'unknown_feed', '--json');
    expect(one.code).toBe(1);
    expect(JSON.parse(one.out)).toEqual({
      topic: letters,
      redriven: 1,
      notRedriven: { already: 1, truncated: 0, keyGone: 1, notOurs: 0 },
    });
    const all = await lethe(...words);
    expect(all.code).toBe(1);
    expect(all.out).toMatch(
      /^1 of .*\n2 passed over, redriven[^]*1 passed over, only[^]*1 passed over, not[^]*3 passed/,
    );
    expect(await onTheFeed()).toHaveLength(4);
  }, 30_000);

  it.each([
    [2, /not in LETHE_SEALING_KEYS/],
    [4, /only the beginning of a record of 1500000 bytes/],
    [5, /no dead letter of Lethe/],
    [6, /no dead letter of Lethe/],
  ])(
    'never is letter %i: %s',
    async (offset, sentence) => {
      const before = (await facts()).length;
      const { code, out, notes } = await lethe('dead-letter', 'redrive', `${letters}/0/${offset}`, ...WHO);
      expect({ code, out }).toEqual({ code: 1, out: '' });
      expect(notes).toMatch(sentence);
      expect(await facts()).toHaveLength(before);
    },
    30_000,
  );
});

describe('what is not there', () => {
  const list = ['dead-letter', 'list'];
  it.each([
    ['a letter', ['dead-letter', 'show', `${letters}/0/4711`], 3, /no such dead letter/],
    ['a partition', ['dead-letter', 'show', `${letters}/7/0`], 3, /no such dead letter/],
    ['a topic of this prefix', ['dead-letter', 'show', `${prefix}.answers.till.dead-letter/0/0`], 3, /no such topic/],
    ['a topic of another prefix', ['dead-letter', 'show', 'other.user-events.dead-letter/0/0'], 1, /of the prefix/],
    ['a topic that is none of dead letters', ['dead-letter', 'show', `${feed}/0/0`], 1, /no dead-letter topic/],
    ['dead letters of such a topic', [...list, '--topic', `${prefix}.nonsense`], 1, /There are: .*user-events/],
    ['a deployment', [...list, '--prefix', 'nobody-here'], 3, /no topics of the prefix nobody-here/],
    ['Kafka', [...list, '--brokers', '127.0.0.1:1'], 4, /Kafka does not answer at 127.0.0.1:1[^]*LETHE_KAFKA_BROKERS/],
  ])(
    '%s',
    async (_, words, exit, sentence) => {
      const { code, out, notes } = await lethe(...words);
      expect({ code, out }).toEqual({ code: exit, out: '' });
      expect(notes).toMatch(sentence);
    },
    30_000,
  );
});

describe('on a Kafka that refuses', () => {
  /** A deployment in which one topic takes none of our records (but the end of a transaction, 78 bytes), with one dead letter. */
  const refusing = async (pattern: 'lethe.operator-events' | 'lethe.user-events') => {
    const other = namespace();
    const source = topicName(other, 'lethe.user-events');
    const closed = topicName(other, pattern);
    const specs = topicSpecs(other, []).map((spec) =>
      spec.name === closed ? { ...spec, configs: { ...spec.configs, 'max.message.bytes': '150' } } : spec,
    );
    await bus.createTopics(specs);
    const producer = await bus.producer('refusing');
    await producer.send([{ ...letter(0, 'unknown_feed', { from: source }), topic: `${source}.dead-letter` }]);
    await producer.close();
    return { other, source, address: `${source}.dead-letter/0/0` };
  };

  it('the fact, nothing is revealed and nothing redriven', async () => {
    const { other, source, address } = await refusing('lethe.operator-events');
    for (const words of [
      ['show', address, '--reveal'],
      ['redrive', address],
    ]) {
      const { code, out, notes } = await lethe('dead-letter', ...words, ...WHO, '--prefix', other);
      expect({ code, out }).toEqual({ code: 4, out: '' });
      expect(notes).toContain('MESSAGE_TOO_LARGE');
      expect(notes).not.toContain(MARK);
    }
    for await (const record of bus.readAll(source)) expect(record).toBeUndefined();
  }, 30_000);

  it('the record, its letter is named, not told as redriven, and can be given again', async () => {
    const { other, source, address } = await refusing('lethe.user-events');
    for (const _ of [1, 2]) {
      const { code, out, notes } = await lethe('dead-letter', 'redrive', address, ...WHO, '--prefix', other);
      expect({ code, out }).toEqual({ code: 4, out: '' });
      expect(notes).toContain(
        `0 were redriven, the next 1 (${address} to ${address}) were not: Kafka did not do it (M`,
      );
      expect(notes).toContain('MESSAGE_TOO_LARGE');
      expect(notes).not.toContain(MARK);
    }
    for (const topic of [source, topicName(other, 'lethe.operator-events')]) {
      for await (const record of bus.readAll(topic)) expect(record).toBeUndefined();
    }
  }, 30_000);
});
