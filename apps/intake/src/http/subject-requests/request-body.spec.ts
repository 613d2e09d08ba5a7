import { describe, expect, it } from '@jest/globals';
import { parseBody, ProblemError } from '@lethe/service';
import fc from 'fast-check';
import { givenBody, givenIntake } from '../../intake.given.ts';
import { requestBody } from './request-body.ts';

const seed = Number(process.env['LETHE_SEED'] ?? Date.now() % 2 ** 31);
const now = new Date('2026-03-10T12:00:00Z');
const schema = requestBody({ ...givenIntake(), now: () => now });

function faults(body: unknown): Readonly<Record<string, string>> {
  try {
    parseBody(schema, body);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    expect(error.problem.status).toBe(400);
    const { errors = [] } = error.problem;
    return Object.fromEntries(errors.map(({ pointer = 'nowhere', detail }): [string, string] => [pointer, detail]));
  }
  throw new Error('was accepted');
}

const without = (field: string) => Object.fromEntries(Object.entries(givenBody()).filter(([name]) => name !== field));

describe('the body of a subject request', () => {
  it('is accepted with little, and says the rest by default', () => {
    const little = without('regulations');
    expect(parseBody(schema, little)).toEqual({
      ...little,
      requester: { kind: 'subject', authority: null },
      scope: { all: true, datasets: [] },
      regulations: [],
    });
  });

  it.each(['controller', 'type', 'requester', 'ground', 'scope', 'identities'])('must have %s', (field) => {
    expect(faults(without(field))).toEqual({ [`/${field}`]: 'is missing' });
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['an extra field', { marked: 1 }, ''],
    ['an extra field of the requester', { requester: { kind: 'subject', marked: 1 } }, '/requester'],
    [
      'an extra field of an identity',
      { identities: [{ type: 'email', value: 'a@example.com', marked: 1 }] },
      '/identities/0',
    ],
    ['a controller that is not in the catalog', { controller: 'marked' }, '/controller'],
    ['another type', { type: 'access' }, '/type'],
    ['a kind of requester that is none', { requester: { kind: 'marked' } }, '/requester/kind'],
    ['a kind that stands for none', { requester: { kind: 'unspecified' } }, '/requester/kind'],
    ['an authority beside a subject', { requester: { kind: 'subject', authority: 'poa-1' } }, '/requester/authority'],
    [
      'an authority that is a text',
      { requester: { kind: 'agent', authority: 'marked, Esq.\n' } },
      '/requester/authority',
    ],
    ['an authority that is a name', { requester: { kind: 'agent', authority: 'Jane marked' } }, '/requester/authority'],
    ['a ground that is none', { ground: 'marked' }, '/ground'],
    ['a scope of neither', { scope: { all: false } }, '/scope/datasets'],
    ['a scope of both', { scope: { all: true, datasets: ['contacts'] } }, '/scope/datasets'],
    [
      'a dataset that is not in the catalog',
      { scope: { all: false, datasets: ['contacts', 'marked'] } },
      '/scope/datasets/1',
    ],
    ['a regulation that is not in the catalog', { regulations: ['gdpr', 'marked'] }, '/regulations/1'],
    ['no identity', { identities: [] }, '/identities'],
    [
      'too many identities',
      { identities: Array.from({ length: 51 }, (_, i) => ({ type: 'customer_id', value: `${i + 1}` })) },
      '/identities',
    ],
    [
      'an identity type that is not in the catalog',
      { identities: [{ type: 'marked', value: 'x' }] },
      '/identities/0/type',
    ],
    ['a value that is no email', { identities: [{ type: 'email', value: 'marked' }] }, '/identities/0/value'],
    ['a value that names nobody', { identities: [{ type: 'customer_id', value: 'till' }] }, '/identities/0/value'],
    [
      'a value that is too long',
      { identities: [{ type: 'customer_id', value: 'marked'.repeat(200) }] },
      '/identities/0/value',
    ],
    ['a value that is a number', { identities: [{ type: 'customer_id', value: 15073 }] }, '/identities/0/value'],
    ['a receipt in the future', { receivedAt: '2026-03-10T12:00:01Z' }, '/receivedAt'],
    ['a receipt in another century', { receivedAt: '0026-03-10T12:00:00Z' }, '/receivedAt'],
    ['a receipt without a zone', { receivedAt: '2026-03-10T11:00:00' }, '/receivedAt'],
    ['a receipt on no day', { receivedAt: '2026-02-30T11:00:00Z' }, '/receivedAt'],
  ])('is refused with %s, at its place', (_what, changes, at) => {
    const found = faults(givenBody(changes));
    expect(Object.keys(found)).toEqual([at]);
    expect(JSON.stringify(found)).not.toContain('marked');
  });

  it.each([undefined, null, 'marked', 7, [], true])('is refused when it is %p', (body) => {
    expect(Object.keys(faults(body))).toEqual(['']);
  });

  it('lists every fault at once', () => {
    const found = faults({
      controller: 'marked',
      requester: { kind: 'marked' },
      ground: 1,
      scope: { all: true, datasets: ['marked'] },
      regulations: ['marked'],
      identities: [{ type: 'email', value: 'marked' }, { type: 'marked', value: 'x' }, { type: 'email' }],
      receivedAt: 'marked',
      marked: true,
    });
    expect(Object.keys(found).sort()).toEqual([
      '',
      '/controller',
      '/ground',
      '/identities/0/value',
      '/identities/1/type',
      '/identities/2/value',
      '/receivedAt',
      '/regulations/0',
      '/requester/kind',
      '/scope/datasets',
      '/scope/datasets/0',
      '/type',
    ]);
    expect(JSON.stringify(found)).not.toContain('marked');
  });

  it(`never repeats what was sent, whatever it was (seed ${seed})`, () => {
    const marked = fc.string({ minLength: 1, maxLength: 20 }).map((text) => `CANARY${text}`);
    const anything = fc.anything({ values: [marked, fc.integer(), fc.boolean()], key: marked, maxDepth: 3 });
    const body = fc.oneof(
      anything,
      fc
        .tuple(fc.constantFrom(...Object.keys(givenBody())), anything)
        .map(([field, value]) => ({ ...givenBody(), [field]: value })),
    );
    fc.assert(
      fc.property(body, (sent) => {
        const parsed = schema.safeParse(sent);
        if (!parsed.success) expect(JSON.stringify(faults(sent))).not.toContain('CANARY');
      }),
      { seed, numRuns: 500 },
    );
  });
});
