import { describe, expect, it } from '@jest/globals';
import { deadLetterOf } from '@lethe/bus';
import { encodeEvent, type SealedIdentity } from '@lethe/contracts';
import { type Keys, loadKeys, sealerOf } from '@lethe/identity';
import { BSON } from 'mongodb';
import { documentsUnder } from './documents.ts';
import { type Lens, lensOf } from './lens.ts';
import { seenBy } from './looking.ts';
import { catalog, formerKeys, keys, keyVariables, sought } from './sought.given.ts';

const value = 'somebody@example.com';
const other = 'somebodi@example.com';
const email = sought(value, 'email');
const now = new Date('2026-11-23T01:00:00Z');

const sealed = (text: string, by: Keys = keys, type = 'email', controller = 'shop'): SealedIdentity =>
  sealerOf(by).seal({ controller, type, value: text });

const observed = (...identities: readonly SealedIdentity[]): Buffer =>
  encodeEvent('SubjectObserved', {
    controller: 'shop',
    feed: 'till/sales',
    system: 'till',
    dataset: 'sales',
    operation: 'upsert',
    identities: identities.map((identity) => ({ ...identity, links: true })),
    establishes: true,
    earliestOccurredAt: now,
    occurredAt: now,
    reportedAt: now,
  });
const located = (...identifiers: readonly SealedIdentity[]): Buffer =>
  encodeEvent('SubjectLocated', {
    requestId: '0b5c8a1e-6f5d-4c1a-9a53-5d2f6f0f8f11',
    increment: 1,
    identifiers,
    footprints: [],
    complete: false,
    locatedAt: now,
  });
const ordered = encodeEvent('ErasureOrdered', {
  orderId: 'o',
  requestId: 'r',
  controller: 'shop',
  system: 'till',
  round: 1,
  datasets: ['sales'],
  identifiers: [{ type: 'email', value }],
  eraseThrough: now,
  answerBy: now,
  attempt: 1,
  legalReference: null,
});

const formsIn = (bytes: Buffer, lens: Lens = lensOf([email], keys, catalog)): readonly string[] =>
  [...new Set(seenBy((report) => lens.message(bytes, report)).map(({ form }) => form))].sort();

describe('a message', () => {
  it('shows its clear identifiers, its refs and its boxes', () => {
    expect(formsIn(ordered)).toEqual(['clear']);
    expect(formsIn(observed(sealed(value)))).toEqual(['ref', 'sealed']);
    // This event names no controller; the catalog's are tried.
    expect(formsIn(located(sealed(other), sealed(value)))).toEqual(['ref', 'sealed']);
  });

  it('shows what was made under former keys', () => {
    expect(formsIn(observed(sealed(value, formerKeys)))).toEqual(['ref', 'sealed']);
  });

  it("shows nothing of another's", () => {
    expect(formsIn(observed(sealed(other)))).toEqual([]);
    // The same words under another type or controller are another identifier, and yet the same bytes in a box.
    expect(formsIn(observed(sealed(value, keys, 'name')))).toEqual(['sealed']);
    expect(formsIn(observed(sealed(value, keys, 'email', 'depot')))).toEqual([]);
  });

  it('shows a box whose name was made under a pepper that is not known any more', () => {
    const lost = loadKeys({ ...keyVariables, LETHE_PEPPERS: `old:${Buffer.alloc(32, 'ab').toString('base64')}` });
    expect(formsIn(observed(sealed(value, lost)))).toEqual(['sealed']);
  });

  it('is counted where its box cannot be opened or it cannot be decoded', () => {
    const lens = lensOf([email], formerKeys, catalog);
    formsIn(observed(sealed(value)), lens);
    formsIn(observed(sealed('another length')), lens);
    formsIn(Buffer.concat([Buffer.from([0xc3, 0x01]), Buffer.alloc(8, 7), Buffer.from(other)]), lens);
    expect(lens.blind()).toEqual({ unknownKeys: 1, unknownBytes: 0, unknownSchemas: 1 });
  });

  it('shows what a dead letter seals: as bytes, and in the boxes of the record in it', () => {
    const letterOf = (bytes: Buffer): Buffer => {
      const record = { offset: 1, key: null, value: bytes, headers: {}, appendedAt: now };
      const source = { topic: 't', partition: 0, group: 'g', reason: 'undecodable', attempts: 1, firstFailedAt: now };
      return deadLetterOf({ ...source, record, seal: (raw) => sealerOf(keys).sealBytes(raw) }).value ?? Buffer.alloc(0);
    };
    expect(formsIn(letterOf(Buffer.from(`{"email":"${value}"}`)))).toEqual(['sealed']);
    expect(formsIn(letterOf(observed(sealed(value))))).toEqual(['sealed']);
    expect(formsIn(letterOf(observed(sealed(other))))).toEqual([]);
    expect(formsIn(sealerOf(keys).sealBytes(Buffer.from(value)))).toEqual(['sealed']);
  });
});

describe('a document', () => {
  const lens = lensOf([email], keys, catalog);
  const documents = documentsUnder(lens);
  const formsOf = (document: object, always = false): readonly string[] => {
    const { seen } = documents(always).sightings(Buffer.from(BSON.serialize(document)));
    return [...new Set(seen.map(({ form }) => form))].sort();
  };
  const { ref, ...box } = sealed(value);

  it('shows the box of an index, whose id is the ref', () => {
    expect(formsOf({ _id: ref, controller: 'shop', ...box })).toEqual(['ref', 'sealed']);
  });

  it('shows boxes deep in a record', () => {
    const identities = [{ ref, ...box }];
    expect(formsOf({ _id: 'x', state: { request: { controller: 'shop', identities } } })).toEqual(['ref', 'sealed']);
  });

  it("shows a box in a change of the database's log, where its name stands beside the change or nowhere", () => {
    expect(formsOf({ ns: 'a.b', o2: { _id: ref }, o: { diff: { u: { sealed: box.sealed } } } })).toEqual([
      'ref',
      'sealed',
    ]);
    expect(formsOf({ ns: 'a.b', o: { diff: { u: { sealed: box.sealed } } } })).toEqual(['sealed']);
    expect(formsOf({ ns: 'a.b', o: { diff: { u: { sealed: sealed(other).sealed } } } })).toEqual([]);
  });

  it('shows the messages of an outbox, and a dead letter in any document', () => {
    expect(formsOf({ entries: [{ value: observed(sealed(value)) }] }, true)).toEqual(['ref', 'sealed']);
    expect(formsOf({ anything: [{ value: sealerOf(keys).sealBytes(Buffer.from(value)) }] })).toEqual(['sealed']);
  });

  it('counts what is sealed under a key that is not here, boxes and byte strings', () => {
    const strange = sealerOf(
      loadKeys({ ...keyVariables, LETHE_SEALING_KEYS: `s9:${Buffer.alloc(32, 'cd').toString('base64')}` }),
    );
    const { sealed: strangeBox } = strange.seal({ controller: 'shop', type: 'email', value });
    const blind = lensOf([email], keys, catalog);
    const look = documentsUnder(blind)(false);
    const letter = strange.sealBytes(Buffer.from(value));
    for (const document of [
      { sealed: strangeBox },
      { anything: [{ value: letter }] },
      { flag: true, note: 'x', one: 1 },
    ]) {
      expect(look.sightings(Buffer.from(BSON.serialize(document))).seen).toEqual([]);
    }
    blind.message(letter, () => undefined);
    expect(blind.blind()).toEqual({ unknownKeys: 1, unknownBytes: 2, unknownSchemas: 0 });
  });

  it('shows clear text in any field, also as a key', () => {
    expect(formsOf({ note: `seen with ${value.toUpperCase()}` })).toEqual(['clear']);
    expect(formsOf({ [value]: 1 })).toEqual(['clear']);
    expect(formsOf({ note: other })).toEqual([]);
  });
});
