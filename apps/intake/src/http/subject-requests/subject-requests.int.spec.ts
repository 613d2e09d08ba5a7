/** The resource over real HTTP, with real Kafka and MongoDB behind it. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeEvent, type Events, type Named } from '@lethe/contracts';
import { developmentKeys, sealerOf } from '@lethe/identity';
import { waitFor } from '@lethe/testkit';
import { givenBody } from '../../intake.given.ts';
import { type RunningIntake, runningIntake } from '../../running-intake.given.ts';
import { acknowledgement, requestPage, requestView } from './request-view.ts';

const mark = `canary${randomUUID().slice(0, 8)}`;
const sealer = sealerOf(developmentKeys());
const resource = '/v1/subject-requests';

describe('/v1/subject-requests', () => {
  let intake: RunningIntake;
  /** All that it answered, to be searched too. */
  const answers: string[] = [];

  beforeAll(async () => {
    intake = await runningIntake();
  }, 120_000);
  afterAll(async () => {
    await intake[Symbol.asyncDispose]();
  });

  const ask = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`${intake.url}${path}`, init);
    const text = await response.text();
    answers.push(`${JSON.stringify([...response.headers])} ${text}`);
    const body: unknown = text === '' ? null : JSON.parse(text);
    return { status: response.status, headers: response.headers, body };
  };
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    ask(resource, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const bodyOf = (name: string, changes = {}) =>
    givenBody({ identities: [{ type: 'email', value: `${mark}-${name}@example.com` }], ...changes });
  const accepted = async (id: string) =>
    (await intake.events('lethe.requests')).filter(
      ({ name, event }) => name === 'SubjectRequestAccepted' && event.requestId === id,
    );
  const published = (id: string) =>
    waitFor(
      async () => {
        const found = await accepted(id);
        return found.length > 0 && found;
      },
      { what: 'the request to be published', timeoutMs: 20_000 },
    );
  const hear = async <N extends Named>(name: N, event: Events[N] & { readonly requestId: string }) => {
    const producer = await intake.bus.producer('erasure');
    try {
      const value = encodeEvent(name, event);
      await producer.send([{ topic: intake.topic('lethe.case-events'), key: event.requestId, value, headers: {} }]);
    } finally {
      await producer.close();
    }
  };
  const show = async (id: string) => requestView.parse((await ask(`${resource}/${id}`)).body);

  it('acknowledges a request, says where it is, and publishes it sealed', async () => {
    const receivedAt = '2026-01-31T09:30:00Z';
    const { status, headers, body } = await post(bodyOf('one', { receivedAt }));
    expect(status).toBe(201);
    const { id, ...rest } = acknowledgement.parse(body);
    expect(headers.get('location')).toBe(`${resource}/${id}`);
    // One calendar month after receipt: February has no 31st.
    expect(rest).toEqual({
      state: 'accepted',
      receivedAt: '2026-01-31T09:30:00.000Z',
      respondBy: '2026-02-28T09:30:00.000Z',
    });
    const [said] = await published(id);
    if (said?.name !== 'SubjectRequestAccepted') throw new Error('not published');
    expect(said.event).toMatchObject({ requestId: id, sequence: 1, controller: 'acme', ground: 'request' });
    expect(said.event.identities.map((each) => sealer.open('acme', each))).toEqual([`${mark}-one@example.com`]);
    expect(await show(id)).toMatchObject({ id, state: 'accepted', systems: [], regulations: ['gdpr'] });
  }, 60_000);

  it('is the same request for the same idempotency key and body, however often and how many at once', async () => {
    const key = `${mark}-key`;
    const twelve = await Promise.all(
      Array.from({ length: 12 }, () => post(bodyOf('same'), { 'idempotency-key': key })),
    );
    expect(new Set(twelve.map(({ status }) => status))).toEqual(new Set([201]));
    const [id, ...others] = new Set(twelve.map(({ body }) => acknowledgement.parse(body).id));
    expect(others).toEqual([]);
    const again = await post(bodyOf('same'), { 'idempotency-key': key });
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(acknowledgement.parse(again.body).id).toBe(id);
    expect(await published(id ?? '')).toHaveLength(1);

    const other = await post(bodyOf('other'), { 'idempotency-key': key });
    expect(other.status).toBe(422);
    expect(other.body).toMatchObject({ type: 'urn:lethe:problem:idempotency-key-reused' });
    expect((await post(bodyOf('same'))).status).toBe(201);
    expect(await accepted(id ?? '')).toHaveLength(1);
  }, 60_000);

  it("tells its state and each system's answer, and is completed when all is heard", async () => {
    const { id } = acknowledgement.parse((await post(bodyOf('told'))).body);
    const etag = (await ask(`${resource}/${id}`)).headers.get('etag') ?? '';
    const unchanged = await ask(`${resource}/${id}`, { headers: { 'if-none-match': etag } });
    expect(unchanged.status).toBe(304);

    const orderId = `${id}:crm:1`;
    const about = { caseId: id, requestId: id };
    const order = { ...about, orderId, system: 'crm', round: 1 };
    const now = new Date();
    await hear('CaseOpened', { ...about, sequence: 1, catalogDigest: 'd', openedAt: now });
    await hear('OrderSent', {
      ...order,
      sequence: 2,
      datasets: ['contacts'],
      eraseThrough: now,
      answerBy: now,
      catalogDigest: 'd',
      sentAt: now,
    });
    await waitFor(async () => (await show(id)).systems[0]?.state === 'sent', { what: 'the order to be shown' });
    const answer = { outcome: 'erased', count: 10, method: 'deleted' } as const;
    await hear('OrderAnswered', {
      ...order,
      ...answer,
      sequence: 3,
      until: null,
      fieldsKept: [],
      legalBasis: null,
      subProcessorsTold: [],
      reason: null,
      erasedThrough: now,
      contradiction: false,
      answeredAt: now,
    });
    await hear('CaseClosed', {
      ...about,
      sequence: 4,
      outcome: 'erased',
      orders: [{ orderId, system: 'crm', round: 1, ...answer }],
      exceptions: [],
      openedAt: now,
      closedAt: now,
    });
    await waitFor(async () => (await show(id)).state === 'completed', { what: 'the request to be completed' });
    expect(await show(id)).toMatchObject({
      outcome: 'erased',
      exceptions: [],
      systems: [{ system: 'crm', state: 'erased', count: 10, method: 'deleted', round: 1 }],
    });
    expect((await ask(`${resource}/${id}`, { headers: { 'if-none-match': etag } })).status).toBe(200);
    await waitFor(
      async () =>
        (await intake.events('lethe.requests')).some(
          ({ name, event }) => name === 'SubjectRequestCompleted' && event.requestId === id && event.sequence === 2,
        ),
      { what: 'the completion to be published' },
    );
  }, 60_000);

  it('is listed page by page, each request once, in the order of receipt', async () => {
    const days = ['2026-02-03', '2026-02-01', '2026-02-02', '2026-02-02', '2026-02-05'];
    for (const day of days) await post(bodyOf(day, { receivedAt: `${day}T00:00:00Z` }));
    const ids: string[] = [];
    const times: string[] = [];
    let cursor: string | null = null;
    do {
      const page = requestPage.parse(
        (await ask(`${resource}?limit=2${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`)).body,
      );
      ids.push(...page.items.map(({ id }) => id));
      times.push(...page.items.map(({ receivedAt }) => receivedAt));
      cursor = page.next;
    } while (cursor !== null);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBe(await intake.store.db.collection('subject-requests').countDocuments());
    expect(times).toEqual([...times].sort());
  }, 60_000);

  it.each<[string, number, string, () => ReturnType<typeof ask>]>([
    ['not JSON', 400, 'not-json', () => post(`{"${mark}`)],
    ['JSON that is no object', 400, 'not-json', () => post(`"${mark}"`)],
    ['nothing', 400, 'invalid-body', () => post('')],
    ['too large', 413, 'too-large', () => post(bodyOf('x'.repeat(70_000)))],
    ['a text', 415, 'not-json-type', () => post(mark, { 'content-type': 'text/plain' })],
    [
      'JSON in another charset',
      415,
      'unsupported-encoding',
      () => post(bodyOf('c'), { 'content-type': 'application/json; charset=latin1' }),
    ],
    ['an extra field', 400, 'invalid-body', () => post(bodyOf('e', { [mark]: mark }))],
    ['a prototype', 400, 'invalid-body', () => post(`{"__proto__":{"x":"${mark}"},"controller":"acme"}`)],
    ['missing fields', 400, 'invalid-body', () => post({})],
    [
      'values that are none',
      400,
      'invalid-body',
      () => post(givenBody({ controller: mark, identities: [{ type: 'phone', value: mark }] })),
    ],
    ['a broken key', 400, 'invalid-body', () => post(bodyOf('k'), { 'idempotency-key': 'x'.repeat(256) })],
    ['an unknown id', 404, 'not-found', () => ask(`${resource}/${randomUUID()}`)],
    ['what is no id', 404, 'not-found', () => ask(`${resource}/${mark}`)],
    ['a broken escape', 400, 'bad-request', () => ask(`${resource}/%E0%A4%A`)],
    ['another resource', 404, 'not-found', () => ask(`/v1/${mark}`)],
    ['a foreign cursor', 400, 'invalid-query', () => ask(`${resource}?cursor=${mark}`)],
    ['an unknown parameter', 400, 'invalid-query', () => ask(`${resource}?${mark}=1`)],
  ])('answers %s with %d and a problem', async (_what, status, code, sent) => {
    const answer = await sent();
    expect({ status: answer.status, body: answer.body }).toMatchObject({
      status,
      body: { status, type: `urn:lethe:problem:${code}` },
    });
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  });

  it('describes itself', async () => {
    const { status, body } = await ask('/openapi.json');
    expect(status).toBe(200);
    expect(body).toMatchObject({ openapi: '3.1.0' });
  });

  it('leaves no identifier anywhere but in sealed boxes, and answers with none', async () => {
    expect(await intake.whereIs(mark)).toEqual([]);
    expect(answers.filter((text) => text.includes(mark))).toEqual([]);
  }, 60_000);
});
