/**
 * After a case is closed, `lethe search` lists every place in which the subject's identifiers are left, and that list is
 * compared with the one that docs/design.md allows: nothing more, and nothing less either, or the search is blind.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@lethe/testkit';
import { type Cell, services, startCell } from './cell.ts';
import { type Desk, openDesk } from './desk.ts';
import { emailOf, publish, requestBody, signUp, userEvent, visit } from './members.ts';

const lethe = fileURLToPath(new URL('../../tools/cli/bin/lethe.mjs', import.meta.url));
const catalog = fileURLToPath(new URL('../catalog', import.meta.url));

interface Finding {
  readonly kind: string;
  readonly form: string;
  readonly place: string;
  readonly count: number;
  readonly identifiers: readonly number[];
  readonly reason: { readonly why: string; readonly whose: string; readonly until: string } | null;
}

interface Outcome {
  readonly findings: readonly Finding[];
  readonly looked: Readonly<Record<string, number>>;
  readonly notLooked: readonly string[];
}

/** docs/design.md: Promises 5 and 6, Topics, Lethe's own data. */
const onTopics = [
  // "In clear they exist only where the outside puts or needs them: the feeds, and erasure-orders for that one team."
  'lethe.user-events: clear',
  'lethe.erasure-orders.*: clear',
  // "In Lethe's stores, internal topics and dead letters identifiers are sealed", under a ref.
  'lethe.observations: ref',
  'lethe.observations: sealed',
  'lethe.requests: ref',
  'lethe.requests: sealed',
  'lethe.footprints: ref',
  'lethe.footprints: sealed',
  'dead-letter: sealed',
];
const inStores = [
  // "Identities and footprints: as long as the dataset is kept."
  'discovery.identities: ref',
  'discovery.identities: sealed',
  'discovery.links: ref',
  'discovery.footprints: ref',
  // "What stays is the erasure register (keyed hashes)."
  'discovery.erasure-register: register hash',
];
/** What the stores held before the case closed is in the database's log of writes until that is overwritten. */
const inTheLogOfWrites = [
  ...inStores,
  'discovery.locations: ref',
  'discovery.locations: sealed',
  'erasure.erasure-cases: ref',
  'erasure.erasure-cases: sealed',
  'intake.outbox: ref',
  'intake.outbox: sealed',
  'discovery.outbox: ref',
  'discovery.outbox: sealed',
  'erasure.outbox: ref',
  'erasure.outbox: sealed',
];

describe('lethe search, after a case was closed', () => {
  const member = 'search-one';
  let cell: Cell;
  let desk: Desk;
  let logs: string;
  let request: string;

  beforeAll(async () => {
    cell = await startCell();
    desk = await openDesk(cell.bus, cell.prefix, () => ({ count: 3 }));
    logs = await mkdtemp(join(tmpdir(), 'lethe-search-'));
  }, 120_000);
  afterAll(async () => {
    await desk[Symbol.asyncDispose]();
    await cell[Symbol.asyncDispose]();
    await rm(logs, { recursive: true, force: true });
  }, 60_000);

  const search = (identifiers: string, ...words: readonly string[]) =>
    new Promise<{ readonly code: number; readonly out: string; readonly notes: string }>((resolve, reject) => {
      const child = execFile(
        process.execPath,
        [lethe, 'search', '--actor', 'dpo', '--catalog', catalog, '--logs', logs, ...words],
        { env: { ...process.env, ...cell.env }, maxBuffer: 1 << 24 },
        (error, out, notes) => {
          if (error !== null && typeof error.code !== 'number') reject(new Error('lethe did not end by itself'));
          else resolve({ code: Number(error?.code ?? 0), out, notes });
        },
      );
      child.stdin?.end(identifiers);
    });
  const known = `member_id=${member}\nemail=${emailOf(member)}\n`;

  it('is led to its close', async () => {
    const unknown = { ...userEvent('members', [{ type: 'member_id', value: member }]), dataset: 'nobody-knows' };
    await publish(cell.bus, cell.prefix, [signUp(member), visit(member), unknown]);
    const response = await cell.post('/v1/subject-requests', requestBody(member));
    request = ((await response.json()) as { id: string }).id;
    await waitFor(
      async () => {
        const { body } = await cell.get('audit', `/v1/cases/${request}/entries`);
        return JSON.stringify(body).includes('SubjectRequestCompleted');
      },
      { what: 'audit to hear that the request is completed', timeoutMs: 30_000 },
    );
    await waitFor(
      async () => {
        const waiting = await Promise.all(
          services.map((name) => cell.mongo.db(`${cell.prefix}-${name}`).collection('outbox').countDocuments()),
        );
        return waiting.every((count) => count === 0);
      },
      { what: 'the outboxes to be empty', timeoutMs: 10_000 },
    );
    for (const name of services) await writeFile(join(logs, `${name}.log`), cell.output(name));
  }, 60_000);

  it('lists what is left: exactly what the design allows, each place with its reason', async () => {
    const { code, out, notes } = await search(known, '--request', request, '--json');
    expect(notes).toBe('');
    const { findings, looked } = JSON.parse(out) as Outcome;
    const places = findings.map(({ kind, form }) => `${kind}: ${form}`);
    // The brokers' files can be looked at where they are on this machine.
    const files = looked['segment files'] === undefined ? [] : onTopics.map((place) => `segment ${place}`);
    expect([...places].sort()).toEqual(
      [
        ...onTopics.map((place) => `topic ${place}`),
        ...files,
        ...inStores.map((place) => `store ${place}`),
        ...inTheLogOfWrites.map((place) => `oplog ${place}`),
      ].sort(),
    );
    for (const { reason } of findings) expect(reason?.why).toMatch(/\w/);
    expect(code).toBe(0);
    expect(looked['lines of logs']).toBeGreaterThan(0);
    expect(out).not.toContain(member);
  }, 60_000);

  it('is an entry of the audit log, which says for which request', async () => {
    const entries = cell.mongo.db(`${cell.prefix}-audit`).collection('entries');
    const entry = await waitFor(async () => (await entries.findOne({ kind: 'SubjectLookedUp' })) ?? false, {
      what: 'audit to hear of the look-up',
      timeoutMs: 20_000,
    });
    expect(entry).toMatchObject({ opening: { fact: { details: { request, reason: 'subject_request' } } } });
  }, 30_000);

  it('tells what stands where it should not before everything else, and ends in code 3', async () => {
    const leak = join(logs, 'leak.log');
    await writeFile(leak, `{"message":"sent to ${encodeURIComponent(emailOf(member))}"}\n`);
    const { code, out } = await search(known, '--request', request);
    expect(code).toBe(3);
    expect(out).toMatch(/UNEXPECTED:\n.*\n\S+leak\.log +clear +.*percent-encoded.* +line 1\n/);
    expect(out).not.toContain(member);
  }, 60_000);
});
