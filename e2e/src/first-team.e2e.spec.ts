/** What a second team writes to join, run as it stands: from a published event to a closed case, also over its death. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { endServiceProcesses, serviceProcess, waitFor } from '@lethe/testkit';
import { type Cell, services, startCell } from './cell.ts';

const folder = new URL('../../examples/first-team/', import.meta.url);
const pathOf = (file: string): string => fileURLToPath(new URL(file, folder));
const files = ['src/upstream.ts', 'src/downstream.ts'] as const;
const MOST_LINES = 20;
/** An open order is published again so often, for a test that cannot wait for hours. */
const LEASE_MS = 1_000;

interface Case {
  readonly orders: readonly { readonly attempt: number; readonly answer: object | null }[];
}

describe('the first team', () => {
  let cell: Cell;
  let home: string;
  const outputs: (() => string)[] = [];

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'lethe-first-team-'));
    cell = await startCell({ catalog: pathOf('catalog'), env: { LETHE_PUBLISH_AGAIN_MS: String(LEASE_MS) } });
  }, 120_000);
  afterAll(async () => {
    await cell[Symbol.asyncDispose]();
    await endServiceProcesses();
    await rm(home, { recursive: true });
  }, 60_000);

  const run = async (file: (typeof files)[number], ready: RegExp | null, failpoints = '') => {
    const program = await serviceProcess({
      name: file,
      argv: ['--conditions=@lethe/source', pathOf(file)],
      env: {
        LETHE_KAFKA_BROKERS: cell.brokers.join(','),
        LETHE_PREFIX: cell.prefix,
        LETHE_FAILPOINTS: failpoints,
        LETHE_SESSION_TIMEOUT_MS: '6000',
        XDG_STATE_HOME: home,
        NEWSLETTER_DB: join(home, 'newsletter.sqlite'),
      },
      ...(ready !== null && { ready: { line: ready } }),
    });
    outputs.push(program.output);
    return program;
  };
  const subscribed = /"message":"ready"/;

  const ask = async (email: string): Promise<string> => {
    const response = await cell.post('/v1/subject-requests', {
      controller: 'gazette',
      type: 'erasure',
      requester: { kind: 'subject' },
      ground: 'request',
      scope: { all: true },
      regulations: ['gdpr'],
      identities: [{ type: 'email', value: email }],
    });
    expect(response.status).toBe(201);
    return ((await response.json()) as { readonly id: string }).id;
  };
  const caseOf = async (id: string): Promise<Case> => (await cell.get('erasure', `/v1/cases/${id}`)).body as Case;
  const completed = async (id: string): Promise<void> => {
    await waitFor(
      async () => {
        const { body } = await cell.get('intake', `/v1/subject-requests/${id}`);
        return (body as { readonly state: string }).state === 'completed';
      },
      { what: 'the request to be completed', timeoutMs: 60_000 },
    );
  };
  const readers = (): readonly unknown[] => {
    const db = new DatabaseSync(join(home, 'newsletter.sqlite'), { readOnly: true });
    const found = db.prepare('SELECT email FROM readers ORDER BY email').all();
    db.close();
    return found.map(({ email }) => email);
  };

  it.each(files)('needs less than 20 lines: %s', async (file) => {
    const text = await readFile(pathOf(file), 'utf8');
    expect(text.trimEnd().split('\n').length).toBeLessThan(MOST_LINES);
  });

  it('tells where data is, hears an order, erases and answers, until the case is closed', async () => {
    const upstream = await run('src/upstream.ts', /signed up/);
    expect(await upstream.exited).toEqual({ code: 0, signal: null });
    const downstream = await run('src/downstream.ts', subscribed);
    const id = await ask('Ada@Example.com');
    await completed(id);
    expect(await caseOf(id)).toMatchObject({
      state: 'closed',
      orders: [{ system: 'newsletter', answer: { outcome: 'erased', count: 1, method: 'deleted' } }],
    });
    await downstream.kill('SIGTERM');
    expect(await downstream.exited).toEqual({ code: 0, signal: null });
    expect(readers()).toEqual(['edsger@example.com', 'grace@example.com']);
  }, 90_000);

  it('killed between erasing and answering, and ordered five times, ends in one answer, which is true', async () => {
    const killed = await run('src/downstream.ts', null, 'subscriber.after-erase=kill');
    const id = await ask('grace@example.com');
    expect(await killed.exited).toEqual({ code: null, signal: 'SIGKILL' });
    expect(readers()).toEqual(['edsger@example.com']); // erased, and nobody was told
    await waitFor(async () => ((await caseOf(id)).orders[0]?.attempt ?? 0) >= 5, {
      what: 'five publications of the order',
      timeoutMs: 30_000,
    });
    const downstream = await run('src/downstream.ts', subscribed);
    await completed(id);
    expect((await caseOf(id)).orders).toMatchObject([
      { system: 'newsletter', round: 1, answer: { outcome: 'erased', count: 1, method: 'deleted' } },
    ]);
    await downstream.kill('SIGTERM');
    // One fact for all that was ordered and answered.
    const answered = await waitFor(
      async () => {
        const { body } = await cell.get('audit', `/v1/cases/${id}/entries`);
        const kinds = (body as { readonly entries?: readonly { readonly kind: string }[] }).entries ?? [];
        return kinds.some(({ kind }) => kind === 'SubjectRequestCompleted') && kinds;
      },
      { what: 'audit to hear of the end', timeoutMs: 20_000 },
    );
    expect(answered.filter(({ kind }) => kind === 'OrderAnswered')).toHaveLength(1);
  }, 120_000);

  it('writes no identifier into any log', () => {
    for (const output of [...outputs.map((read) => read()), ...services.map((name) => cell.output(name))]) {
      expect(output).not.toContain('@example.com');
    }
  });
});
