/** What stands at the other end of an address need not be Lethe: a proxy, another program, nobody. Over real sockets. */
import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ran } from '../index.ts';

const MARK = 'canary7731@example.com';
const ID = '6a1c7f1e-5d1f-4c3b-9d2e-0a4f5b6c7d8e';
let server: Server | null = null;

const serving = async (listener: RequestListener): Promise<string> => {
  const made = createServer(listener);
  server = made;
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  const address = made.address();
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return `http://127.0.0.1:${address.port}`;
};

const ended = async (): Promise<void> => {
  const last = server;
  server = null;
  last?.closeAllConnections();
  if (last !== null) await new Promise((resolve) => last.close(resolve));
};
afterEach(ended);

const answering =
  (status: number, body: string, headers: Readonly<Record<string, string>> = {}): RequestListener =>
  (request, response) => {
    request.resume();
    response.writeHead(status, headers).end(body);
  };
const problem = (status: number, code: string, rest: object): RequestListener =>
  answering(status, JSON.stringify({ type: `urn:lethe:problem:${code}`, status, title: 'No', ...rest }), {
    'content-type': 'application/problem+json',
  });

const submit = (intake: string) =>
  ran(['request', 'submit', '--controller', 'corner'], {
    env: { LETHE_INTAKE_URL: intake },
    stdin: `email=${MARK}`,
  });

describe('a request that is handed in', () => {
  it.each<[string, RequestListener, number, RegExp]>([
    [
      'a proxy that asks for a login',
      answering(401, '<html>'),
      1,
      /not enough rights: .* answered 401 in place of intake/,
    ],
    ['a proxy that forbids it', answering(403, 'no'), 1, /not enough rights/],
    ['a proxy without intake behind it', answering(502, '<html>Bad gateway'), 4, /is not intake/],
    ['another program', answering(200, '<html>Welcome'), 1, /what answers at .* is not intake/],
    ['another program that speaks JSON', answering(200, '{"ok":true}'), 1, /is not intake, or another version/],
    ['a redirection', answering(307, '', { location: 'http://127.0.0.1:1/' }), 1, /\(307\) is not intake/],
    ['intake that cannot now', problem(503, 'try-again', {}), 4, /503 try-again[^]*--idempotency-key [0-9a-f-]{36}/],
    ['intake that fails', problem(500, 'internal', {}), 1, /500 internal/],
    [
      'intake that names each fault',
      problem(400, 'invalid-body', {
        errors: [
          { pointer: '/identities/0/value', detail: 'must look like an e-mail address' },
          { pointer: '/controller', detail: 'is no controller of the catalog' },
          { header: 'Idempotency-Key', detail: 'must be shorter' },
        ],
      }),
      1,
      /identifier 1, its value: must look[^]*--controller: is no[^]*Idempotency-Key: must/,
    ],
    ['one that moves the cursor', problem(400, 'x', { title: 'a\u001b[2Jb' }), 1, /a\\u\{1b\}\[2Jb/],
    [
      'one with a thousand faults',
      problem(400, 'x', { errors: Array.from({ length: 1_000 }, () => ({ detail: 'bad' })) }),
      1,
      /and 980 more/,
    ],
  ])('to %s', async (_, listener, code, sentence) => {
    const { code: exit, out, notes } = await submit(await serving(listener));
    expect({ exit, out }).toEqual({ exit: code, out: '' });
    expect(notes).toMatch(sentence);
    expect(notes).not.toContain('canary7731');
  });

  it('to somebody who hangs up is not known to be accepted: it can be sent again under its key', async () => {
    const { code, notes } = await submit(await serving((request) => request.socket.destroy()));
    expect(code).toBe(4);
    expect(notes).toMatch(/does not answer at .*[^]*is not known: send it again with --idempotency-key/);
  });

  it('to nobody is told with the variable that mends it', async () => {
    const address = await serving(answering(200, ''));
    await ended();
    const { code, notes } = await submit(address);
    expect(code).toBe(4);
    expect(notes).toMatch(/ECONNREFUSED[^]*LETHE_INTAKE_URL/);
  });

  it('by an argument is warned of, and sends what was typed', async () => {
    const bodies: string[] = [];
    const intake = await serving((request, response) => {
      request.setEncoding('utf8').on('data', (text: string) => bodies.push(text));
      request.on('end', () =>
        response
          .writeHead(201)
          .end(JSON.stringify({ id: ID, state: 'accepted', receivedAt: 'a', respondBy: 'b', extra: 1 })),
      );
    });
    const env = { LETHE_INTAKE_URL: intake };
    const words = ['request', 'submit', '--controller', 'corner', '--dataset', 'visits', '--json'];
    const argued = await ran([...words, '--identifier', `email=${MARK}`], { env });
    expect(argued).toMatchObject({ code: 0, notes: expect.stringContaining('history of the shell') });
    expect(JSON.parse(argued.out)).toMatchObject({ id: ID, extra: 1 });
    const typed = await ran(words, { env, stdin: ['nonsense', `email=${MARK}`, ''] });
    expect(typed).toMatchObject({ code: 0, notes: expect.stringContaining('not type=value: once more') });
    for (const body of bodies) {
      expect(JSON.parse(body)).toMatchObject({
        scope: { all: false, datasets: ['visits'] },
        identities: [{ type: 'email', value: MARK }],
      });
    }
    expect(bodies).toHaveLength(2);
    expect(`${argued.notes}${typed.notes}${typed.out}`).not.toContain('canary7731');
  });
});

describe('a request that is followed', () => {
  it('is asked for again while intake is away, and ends in 4 when the time is over', async () => {
    let asked = 0;
    const intake = await serving((request, response) => {
      request.resume();
      asked += 1;
      if (asked === 1)
        response.writeHead(201).end(JSON.stringify({ id: ID, state: 'accepted', receivedAt: 'a', respondBy: 'b' }));
      else request.socket.destroy();
    });
    const { code, notes } = await ran(['request', 'submit', '--controller', 'c', '--wait', '--timeout', '1'], {
      env: { LETHE_INTAKE_URL: intake },
      stdin: `email=${MARK}`,
    });
    expect(code).toBe(4);
    expect(notes).toContain('does not answer');
    expect(asked).toBeGreaterThan(2);
  });
});

describe('a list', () => {
  it('goes through the pages', async () => {
    const queries: string[] = [];
    const idOf = (number: number): string => ID.replace(/.$/, String(number));
    const item = (id: string) => ({
      ...{ id, state: 'accepted', controller: 'c', ground: 'request', receivedAt: 'a', respondBy: 'b' },
      ...{ completedAt: null, outcome: null, exceptions: [], systems: [] },
    });
    const intake = await serving((request, response) => {
      queries.push(request.url ?? '');
      const last = queries.length % 2 === 0;
      response.end(JSON.stringify({ items: [item(idOf(queries.length))], next: last ? null : 'next-page' }));
    });
    const env = { LETHE_INTAKE_URL: intake };
    const all = await ran(['request', 'list', '--all', '--json'], { env });
    expect(JSON.parse(all.out)).toEqual({ items: [item(idOf(1)), item(idOf(2))], next: null });
    expect(queries[1]).toContain('cursor=next-page');
    const one = await ran(['request', 'list', '--limit', '1'], { env });
    expect(one.out.split('\n')).toHaveLength(3);
    expect(one.notes).toContain('lethe request list --after next-page');
  });
});
