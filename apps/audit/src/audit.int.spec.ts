/** Facts on real topics become entries, once each, in one dense log, through repetitions, gaps and a kill. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OutgoingRecord } from '@lethe/bus';
import { waitFor } from '@lethe/testkit';
import { opens } from '@lethe/transparency-log';
import { type RunningAudit, runningAudit } from './running-audit.given.ts';
import { entries, type LogEntry } from './store/entries.ts';

const mark = `canary${randomUUID().slice(0, 8)}`;
const at = new Date('2026-03-10T12:00:00.000Z');

interface Shown {
  readonly entries: readonly { readonly index: number; readonly kind: string; readonly opening: unknown }[];
  readonly missing: readonly { readonly publisher: string; readonly sequence: number }[];
  readonly next: string | null;
}

describe('audit', () => {
  let audit: RunningAudit;

  beforeAll(async () => {
    audit = await runningAudit();
  }, 120_000);
  afterAll(async () => {
    await audit[Symbol.asyncDispose]();
  });

  const accepted = (requestId: string): OutgoingRecord =>
    audit.record(
      'lethe.requests',
      'SubjectRequestAccepted',
      {
        requestId,
        sequence: 1,
        controller: 'acme',
        type: 'erasure',
        requester: { kind: 'agent', authority: `${mark} Esq.` },
        ground: 'request',
        scope: { all: true, datasets: [] },
        regulations: ['gdpr'],
        identities: [
          {
            type: 'email',
            ref: `p1.${mark}`,
            sealed: { keyId: 'k', nonce: Buffer.alloc(12), ciphertext: Buffer.from(mark) },
          },
        ],
        receivedAt: at,
        acceptedAt: at,
        respondBy: at,
      },
      requestId,
    );
  const opened = (requestId: string, sequence: number): OutgoingRecord =>
    audit.record(
      'lethe.case-events',
      'CaseOpened',
      { caseId: requestId, requestId, sequence, catalogDigest: 'd', openedAt: at },
      requestId,
    );
  const answered = (requestId: string, sequence: number): OutgoingRecord =>
    audit.record(
      'lethe.case-events',
      'OrderAnswered',
      {
        caseId: requestId,
        requestId,
        sequence,
        orderId: `${requestId}:crm:1`,
        system: 'crm',
        round: 1,
        outcome: 'retained',
        count: 3_000_000_000,
        method: null,
        until: at,
        fieldsKept: ['invoice_no'],
        legalBasis: 'GDPR art. 17(3)(b)',
        subProcessorsTold: [],
        reason: `because ${mark} paid`,
        erasedThrough: at,
        contradiction: false,
        answeredAt: at,
      },
      requestId,
    );
  const all = async (): Promise<readonly LogEntry[]> => {
    const found = await audit.store.db
      .collection<Omit<LogEntry, 'index'> & { readonly _id: number }>('entries')
      .find()
      .sort({ _id: 1 })
      .toArray();
    return found.map(({ _id, ...rest }) => ({ index: _id, ...rest }));
  };
  const grownTo = (size: number): Promise<readonly LogEntry[]> =>
    waitFor(
      async () => {
        const found = await all();
        return found.length >= size && found;
      },
      { what: `${size} entries`, timeoutMs: 60_000, everyMs: 200 },
    );
  const show = async (id: string, query = ''): Promise<Shown> => {
    const { status, body } = await audit.get(`/v1/cases/${id}/entries${query}`);
    expect(status).toBe(200);
    return body as Shown;
  };
  const metric = async (name: string): Promise<number> => {
    const { text } = await audit.get('/metrics');
    const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`));
    return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
  };

  it('keeps each fact of many cases once, densely, though a kill comes between and all is published twice', async () => {
    const cases = Array.from({ length: 120 }, () => randomUUID());
    const facts = cases.flatMap((id) => [accepted(id), opened(id, 1), answered(id, 2)]);
    await audit.publish(facts.slice(0, 200));
    await waitFor(async () => (await all()).length > 0, { what: 'a first entry', timeoutMs: 60_000 });
    await audit.kill();
    await audit.publish(facts.slice(200));
    await audit.publish(facts); // all of it again, under new offsets
    await audit.start();
    const found = await grownTo(facts.length);
    await waitFor(async () => (await metric('lethe_audit_repeats_total')) > 0, { what: 'repeats to be counted' });

    expect(found.map(({ index }) => index)).toEqual(facts.map((_, index) => index));
    const log = (await audit.get('/v1/log')).body;
    expect(log).toEqual({ size: facts.length, casesWithGaps: [] });
    for (const id of cases) {
      const kinds = found.filter((each) => each.case === id).map(({ kind }) => kind);
      expect([...kinds].sort()).toEqual(['CaseOpened', 'OrderAnswered', 'SubjectRequestAccepted']);
      expect(kinds.indexOf('CaseOpened')).toBeLessThan(kinds.indexOf('OrderAnswered'));
    }
  }, 120_000);

  it('commits to what it opens, with a salt of its own for each', async () => {
    const id = randomUUID();
    const before = (await all()).length;
    await audit.publish([accepted(id), opened(id, 1), answered(id, 2)]);
    await grownTo(before + 3);
    const shown = await show(id);
    const read = await entries.ofCase(audit.store, id, 0, 10);
    expect(shown.entries.map(({ index }) => index)).toEqual(read.map(({ index }) => index));
    for (const { entry, opening } of read) {
      if (opening === null) throw new Error('no opening');
      expect(opens(entry, opening)).toBe(true);
      expect(opens(entry, { ...opening, salt: Buffer.alloc(32) })).toBe(false);
    }
    expect(new Set(shown.entries.map(({ opening }) => (opening as { salt: string }).salt)).size).toBe(3);
    expect(shown).toMatchObject({ missing: [], next: null });
  }, 60_000);

  it('raises an alarm for a gap until the fact is heard after all', async () => {
    const id = randomUUID();
    const before = (await all()).length;
    const counted = await metric('lethe_audit_gaps_total');
    await audit.publish([opened(id, 1), answered(id, 4)]);
    await grownTo(before + 2);
    expect((await show(id)).missing).toEqual([
      { publisher: 'erasure', sequence: 2 },
      { publisher: 'erasure', sequence: 3 },
    ]);
    expect((await metric('lethe_audit_gaps_total')) - counted).toBe(2);
    expect((await audit.get('/v1/log')).body).toMatchObject({ casesWithGaps: [{ case: id, missing: 2 }] });
    await waitFor(() => audit.output().includes(`"case":"${id}"`), { what: 'the log line', timeoutMs: 30_000 });

    await audit.publish([answered(id, 3), answered(id, 2)]);
    await grownTo(before + 4);
    expect((await show(id)).missing).toEqual([]);
    expect((await audit.get('/v1/log')).body).toMatchObject({ casesWithGaps: [] });
  }, 90_000);

  it("records what an operator did, without the operator's account", async () => {
    const before = (await all()).length;
    const adopted = {
      actor: mark,
      service: 'discovery',
      topic: 'lethe.observations',
      partition: 2,
      from: null,
      to: 7,
      reason: 'topic_replaced',
      adoptedAt: at,
    };
    await audit.publish([audit.record('lethe.operator-events', 'FenceAdopted', adopted, mark)]);
    const found = await grownTo(before + 1);
    expect(found.at(-1)).toMatchObject({ kind: 'FenceAdopted', case: null });
  }, 60_000);

  it('shows a case page by page', async () => {
    const id = randomUUID();
    const before = (await all()).length;
    await audit.publish([opened(id, 1), ...[2, 3, 4, 5].map((sequence) => answered(id, sequence))]);
    await grownTo(before + 5);
    const indexes: number[] = [];
    let cursor: string | null = null;
    do {
      const page = await show(id, `?limit=2${cursor === null ? '' : `&cursor=${cursor}`}`);
      indexes.push(...page.entries.map(({ index }) => index));
      cursor = page.next;
    } while (cursor !== null);
    expect(indexes).toEqual((await show(id)).entries.map(({ index }) => index));
    expect(indexes).toHaveLength(5);
  }, 60_000);

  it.each<[string, number, string]>([
    [`/v1/cases/${randomUUID()}/entries`, 404, 'not-found'],
    [`/v1/cases/${mark}/entries`, 404, 'not-found'],
    [`/v1/cases/x/entries?limit=0`, 400, 'invalid-query'],
    [`/v1/cases/x/entries?cursor=${mark}`, 400, 'invalid-query'],
    [`/v1/${mark}`, 404, 'not-found'],
  ])('answers %s with %d', async (path, status, code) => {
    const answer = await audit.get(path);
    expect(answer).toMatchObject({ status, body: { type: `urn:lethe:problem:${code}` } });
    expect(answer.text).not.toContain(mark);
  });

  it('holds nothing that names a person, nor a text that somebody typed', async () => {
    for (const { collectionName } of await audit.store.db.collections()) {
      const documents = await audit.store.db.collection(collectionName).find().toArray();
      expect({ collectionName, marked: JSON.stringify(documents).includes(mark) }).toEqual({
        collectionName,
        marked: false,
      });
    }
    expect(audit.output()).not.toContain(mark);
    expect((await audit.get('/metrics')).text).not.toContain(mark);
  });
});
