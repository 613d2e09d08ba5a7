/**
 * `lethe` with a whole cell: a request from stdin to its closed case; bad input by the command line, each with its
 * message and exit code; and the dead letters of hostile records, listed and shown. What was marked is never repeated.
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OutgoingRecord } from '@lethe/bus';
import { ran } from '@lethe/cli';
import { topicName } from '@lethe/contracts';
import { waitFor } from '@lethe/testkit';
import { type Cell, startCell } from './cell.ts';
import { answerRecord, type Desk, openDesk } from './desk.ts';
import { emailOf, feedRecord, publish, signUp, userEvent } from './members.ts';

const MARK = 'canary7731';
const WHO = ['--reason', 'ticket_4711', '--actor', 'operator-1'];
const launcher = fileURLToPath(new URL('../../tools/cli/bin/lethe.mjs', import.meta.url));

describe('the command line', () => {
  let cell: Cell;
  let desk: Desk;
  let env: Readonly<Record<string, string>>;
  let silent = false;

  beforeAll(async () => {
    cell = await startCell();
    desk = await openDesk(cell.bus, cell.prefix, () => (silent ? null : {}));
    env = {
      LETHE_INTAKE_URL: cell.url('intake'),
      LETHE_ERASURE_URL: cell.url('erasure'),
      LETHE_KAFKA_BROKERS: cell.brokers.join(','),
      LETHE_PREFIX: cell.prefix,
    };
  }, 120_000);
  afterAll(async () => {
    await desk[Symbol.asyncDispose]();
    await cell[Symbol.asyncDispose]();
  }, 60_000);

  /** As a person or a script starts it. */
  const started = (words: readonly string[], stdin: string) =>
    new Promise<{ code: number | null; out: string; notes: string }>((resolve) => {
      const child = spawn(process.execPath, [launcher, ...words], {
        env: { ...process.env, ...env, NODE_OPTIONS: '' },
      });
      const said = { out: '', notes: '' };
      child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (said.notes += text));
      child.once('close', (code) => resolve({ code, ...said }));
      child.stdin.end(stdin);
    });
  const lethe = (words: readonly string[], stdin: string | Buffer = '') => ran(words, { env, stdin });
  const submit = ['request', 'submit', '--controller', 'corner'];

  it('hands a request in from stdin, follows it to its end, and shows request and case', async () => {
    const member = 'member-7';
    await publish(cell.bus, cell.prefix, [signUp(member)]);
    const { code, out, notes } = await started([...submit, '--wait', '--timeout', '50'], `email=${emailOf(member)}\n`);
    expect({ code, notes }).toEqual({ code: 0, notes: '' });
    expect(out).toMatch(/ s {2}accepted\n[^]*desk answered: erased[^]*completed: erased\n[^]*desk +1 +erased +deleted/);
    expect(out).not.toContain(member);
    const id = /^request ([0-9a-f-]{36})$/m.exec(out)?.[1] ?? '';
    expect(desk.orders.at(-1)).toMatchObject({ requestId: id, identifiers: [{ value: member }] });

    expect((await lethe(['request', 'show', id])).out).toMatch(/state +completed/);
    const shown = await lethe(['case', 'show', id]);
    expect(shown.out).toMatch(
      /state +closed\noutcome +erased\n[^]*answered +1 of 1 orders[^]*desk +1 +.*erased +1 +deleted/,
    );
    expect(JSON.parse((await lethe(['case', 'show', id, '--json'])).out)).toMatchObject({ id, state: 'closed' });
    expect(JSON.parse((await lethe(['request', 'list', '--all', '--json'])).out)).toMatchObject({ items: [{ id }] });
  }, 90_000);

  it('says that a request is not completed in time', async () => {
    silent = true;
    const { code, out, notes } = await lethe([...submit, '--wait', '--timeout', '1', '--json'], `member_id=${MARK}`);
    silent = false;
    expect(code).toBe(3);
    expect(JSON.parse(out)).toMatchObject({ controller: 'corner' });
    expect(notes).toMatch(/not completed within 1 s[^]*lethe request show/);
  }, 30_000);

  it.each<[string, readonly string[], string | Buffer, number, RegExp]>([
    ['nothing on stdin', submit, '', 2, /stdin is empty/],
    ['a line without =', submit, MARK, 2, /line 1 of stdin is not type=value/],
    ['bytes that are no text', submit, Buffer.from([0, 1, 0xff]), 2, /not text in UTF-8/],
    ['more than 4 MB', submit, `email=${MARK.repeat(500_000)}`, 2, /more than 4 MB/],
    ['half of a JSON text', submit, `[{"type":"email","value":"${MARK}`, 2, /begins like JSON and is none/],
    ['an unknown type', submit, `${MARK}=x`, 1, /identifier 1, its type: is no identity type of the catalog/],
    ['type and value exchanged', submit, `${MARK}@example.com=email`, 1, /identifier 1, its type/],
    ['no e-mail address', submit, `email=${MARK}`, 1, /identifier 1, its value: must look like an e-mail address/],
    ['control characters', submit, `member_id=${MARK}\u001b[2J`, 1, /must not hold control characters/],
    ['a value of 200 kB', submit, `member_id=${MARK.repeat(20_000)}`, 1, /413 too-large|at most/],
    [
      '10,000 identifiers',
      submit,
      Array.from({ length: 10_000 }, (_, index) => `member_id=${MARK}-${index}`).join('\n'),
      1,
      /413 too-large: The body is larger than this resource takes/,
    ],
    [
      '51 identifiers',
      submit,
      Array.from({ length: 51 }, (_, index) => `member_id=${MARK}-${index}`).join('\n'),
      1,
      /the identifiers: .*50/,
    ],
    [
      'an unknown controller',
      ['request', 'submit', '--controller', MARK],
      'member_id=7',
      1,
      /--controller: is no contr/,
    ],
    ['an unknown ground', [...submit, '--ground', MARK], 'member_id=7', 1, /--ground: /],
    ['an unknown requester', [...submit, '--requester', MARK], 'member_id=7', 1, /--requester/],
    [
      'a name for an authority',
      [...submit, '--requester', 'agent', '--authority', `of ${MARK}`],
      'member_id=7',
      1,
      /--auth/,
    ],
    ['an unknown dataset', [...submit, '--dataset', MARK], 'member_id=7', 1, /--dataset: is no dataset/],
    ['an unknown regulation', [...submit, '--regulation', MARK], 'member_id=7', 1, /--regulation: is no regulation/],
    [
      'a time in the future',
      [...submit, '--received-at', '9999-01-01T00:00:00Z'],
      'member_id=7',
      1,
      /--received-at: must not be/,
    ],
    [
      'a long idempotency key',
      [...submit, '--idempotency-key', MARK.repeat(30)],
      'member_id=7',
      2,
      /--idempotency-key must be/,
    ],
    ['an unknown request', ['request', 'show', randomUUID()], '', 3, /There is no such subject request/],
    ['an unknown case', ['case', 'show', randomUUID()], '', 3, /There is no such case/],
    ['a cursor of nobody', ['request', 'list', '--after', MARK], '', 1, /cursor: must be the `next`/],
  ])('%s', async (_, words, stdin, exit, sentence) => {
    const { code, out, notes } = await lethe(words, stdin);
    expect({ code, out }).toEqual({ code: exit, out: '' });
    expect(notes).toMatch(sentence);
    expect(notes).not.toContain(MARK);
  });

  it('takes a request once under a key, and refuses another under it', async () => {
    const words = [...submit, '--idempotency-key', 'key-1', '--json'];
    const [first, again] = [await lethe(words, 'member_id=8'), await lethe(words, 'member_id=8')];
    expect(again).toMatchObject({ code: 0, out: first.out, notes: expect.stringContaining('accepted before') });
    const other = await lethe(words, `member_id=${MARK}`);
    expect(other).toMatchObject({ code: 1, out: '' });
    expect(other.notes).toMatch(/422 idempotency-key-reused[^]*Idempotency-Key: must be a new one/);
  });

  it('lists and shows what hostile records became, without a word of them, and redrives what can be', async () => {
    const feed = topicName(cell.prefix, 'lethe.user-events');
    const answers = topicName(cell.prefix, 'lethe.answers.*', 'desk');
    const raw = (topic: string, value: Buffer): OutgoingRecord => ({
      topic,
      key: MARK,
      value,
      headers: { [MARK]: MARK },
    });
    const identities = [{ type: 'member_id', value: MARK }];
    const many = Array.from({ length: 10_000 }, (_, index) => ({ type: 'member_id', value: `${MARK}-${index}` }));
    const order = { orderId: `${MARK}@example.com:desk:1`, requestId: MARK };
    const records = [
      raw(feed, Buffer.from(`no Avro, but ${MARK}`)),
      raw(feed, Buffer.concat([Buffer.from([0xc3, 0x01]), Buffer.from('12345678'), Buffer.from(MARK)])),
      feedRecord(cell.prefix, { ...userEvent('members', identities), system: '' }),
      feedRecord(cell.prefix, { ...userEvent('members', identities), dataset: MARK }),
      feedRecord(cell.prefix, userEvent('members', [{ type: MARK, value: 'x' }])),
      feedRecord(cell.prefix, userEvent('members', many)),
      feedRecord(cell.prefix, userEvent('members', [{ type: 'member_id', value: MARK.repeat(80_000) }])),
      raw(answers, Buffer.from(MARK)),
      answerRecord(cell.prefix, 'desk', order, { reason: MARK }),
    ];
    const producer = await cell.bus.producer('hostile');
    await producer.send(records);
    await producer.close();

    interface Listed {
      readonly groups: readonly { readonly topic: string; readonly reason: string; readonly letters: number }[];
    }
    const { groups } = await waitFor(
      async () => {
        const { out } = await lethe(['dead-letter', 'list', '--json']);
        const listed = JSON.parse(out) as Listed;
        return listed.groups.reduce((sum, { letters }) => sum + letters, 0) === records.length && listed;
      },
      { what: 'every hostile record to be a dead letter', timeoutMs: 40_000, everyMs: 500 },
    );
    expect(new Set(groups.map(({ reason }) => reason))).toEqual(
      new Set([
        'undecodable',
        'unknown_fingerprint',
        'empty_system',
        'unknown_feed',
        'unknown_identity_type',
        'too_many_identities',
        'invalid_identity',
        'order_id_malformed',
      ]),
    );
    const each = await lethe(['dead-letter', 'list', '--each']);
    const addresses = each.out.split('\n').flatMap((line) => /^\S+/.exec(line)?.[0] ?? []);
    expect(addresses).toHaveLength(records.length);
    for (const address of addresses) {
      const { code, out, notes } = await lethe(['dead-letter', 'show', address]);
      expect({ code, notes }).toEqual({ code: 0, notes: '' });
      expect(`${each.out}${out}`).not.toContain(MARK);
      expect(out).not.toContain(Buffer.from(MARK).toString('hex'));
    }

    const again = ['dead-letter', 'redrive', '--topic', feed, '--reason-code', 'unknown_feed', '--all', ...WHO];
    expect(await started(again, '')).toMatchObject({ code: 0, out: expect.stringMatching(/^1 of .* redriven\n$/) });
    // Nobody declared the feed meanwhile, so it is a dead letter once more, a new one.
    await waitFor(async () => (await lethe(['dead-letter', 'list', '--each'])).out.split('unknown_feed').length === 3, {
      what: 'the redriven record to be a dead letter again',
      timeoutMs: 20_000,
      everyMs: 500,
    });
  }, 120_000);
});
