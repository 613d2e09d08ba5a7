/** What answers may be anybody: nothing that it calls an id or a page reaches the terminal, or an address, as it is. */
import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ran } from '../index.ts';

const HOSTILE = '\u001b[2J../../v1/x\n$(id)';

describe('something else at the address of intake', () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const times = { receivedAt: '2026-11-23T01:00:00Z', respondBy: '2026-12-23T01:00:00Z' };
    const body =
      request.method === 'POST' ? { id: HOSTILE, state: 'accepted', ...times } : { items: [], next: HOSTILE };
    response.writeHead(request.method === 'POST' ? 202 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  });
  let env: Readonly<Record<string, string>>;

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    env = { LETHE_INTAKE_URL: `http://127.0.0.1:${port}` };
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it.each([
    ['submits', ['request', 'submit', '--controller', 'shop', '--wait']],
    ['submits and prints JSON', ['request', 'submit', '--controller', 'shop', '--json']],
    ['lists', ['request', 'list']],
  ])('is not believed by who %s', async (_, words) => {
    asked.length = 0;
    const { code, out, notes } = await ran(words, { env, stdin: 'email=a@b.example\n' });
    expect(code).toBe(1);
    expect(notes).toMatch(/what answers is not intake/);
    expect(out + notes).not.toMatch(/\u001b|\$\(id\)/);
    expect(asked).toHaveLength(1);
    // Perhaps it was intake after all.
    if (words.includes('submit')) expect(notes).toMatch(/--idempotency-key [0-9a-f-]{36}; sent again/);
  });
});
