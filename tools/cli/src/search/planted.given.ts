/** What the search's specs plant: one subject's identifier in every form, and another's that differs in one letter. */
import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { encodeEvent } from '@lethe/contracts';
import { loadKeys, registerHash, sealerOf } from '@lethe/identity';
import type { MongoClient } from 'mongodb';
import { formerKeys, keys, keyVariables, sought } from './sought.given.ts';

export const value = 'canary.7731@example.com';
export const email = sought(value, 'email');
export const sealer = sealerOf(keys);
export const box = sealer.seal({ controller: 'shop', type: 'email', value });
export const otherBox = sealer.seal({ controller: 'shop', type: 'email', value: 'canarz.7731@example.com' });
export const now = new Date('2026-11-23T01:00:00Z');
export const requestId = randomUUID();

export const userEvent = (text: string): Buffer =>
  encodeEvent('UserEvent', {
    ...{ eventId: randomUUID(), controller: 'shop', system: 'desk', dataset: 'members', operation: 'upsert' },
    identities: [{ type: 'email', value: text }],
    occurredAt: now,
  });
export const located = (...identifiers: readonly (typeof box)[]): Buffer =>
  encodeEvent('SubjectLocated', {
    requestId,
    increment: 1,
    identifiers,
    footprints: [],
    complete: true,
    locatedAt: now,
  });

export const plantInStores = async (client: MongoClient, prefix: string): Promise<void> => {
  for (const service of ['discovery', 'erasure', 'audit']) {
    const relay = client.db(`${prefix}-${service}`).collection<{ _id: string }>('relay');
    await relay.insertOne({ _id: service });
  }
  const put = (service: string, collection: string, document: object) =>
    client.db(`${prefix}-${service}`).collection(collection).insertOne(document);
  const { ref, type, sealed } = box;
  await put('discovery', 'identities', { _id: ref as never, controller: 'shop', type, sealed });
  await put('discovery', 'identities', { _id: otherBox.ref as never, controller: 'shop', ...otherBox });
  await put('discovery', 'identities', { _id: `p0.${'x'.repeat(43)}` as never, controller: 'shop' });
  await put('discovery', 'links', { _id: `${ref}|x` as never, a: ref, b: 'x' });
  await put('discovery', 'erasure-register', { hash: registerHash(formerKeys.register.active, ref), requestId });
  await put('discovery', 'erasure-register', { hash: `r9.${'x'.repeat(43)}`, keys: ['r0', 'r9', 'r2'], requestId });
  await put('discovery', 'outbox', { entries: [{ value: located(box) }] });
  await put('erasure', 'erasure-cases', { _id: 'open' as never, state: { state: 'erasing', to: [box] } });
  await put('erasure', 'erasure-cases', { _id: requestId as never, state: { state: 'closed', to: [box] } });
  await put('audit', 'entries', { entry: `{"note":"${value.toUpperCase()}"}` });
  const { insertedId } = await put('audit', 'cases', { note: value });
  await client.db(`${prefix}-audit`).collection('cases').deleteOne({ _id: insertedId });
  const strange = sealerOf(
    loadKeys({ ...keyVariables, LETHE_SEALING_KEYS: `s9:${Buffer.alloc(32, 'cd').toString('base64')}` }),
  );
  await put('erasure', 'letters', { sealed: strange.sealBytes(Buffer.from(value)) });
  await put('team', 'customers', { email: value });
};

export const plantInLogs = async (folder: string): Promise<void> => {
  await mkdir(join(folder, 'logs', 'old'), { recursive: true });
  await writeFile(join(folder, 'logs', 'good.log'), '{"level":"info"}\n'.repeat(9));
  await writeFile(join(folder, 'logs', 'bad.log'), `{"level":"info"}\n{"to":"${value}"}\n`);
  const line = `{"ref":"${box.ref}","box":"${Buffer.from(value).toString('hex')}"}`;
  await writeFile(join(folder, 'logs', 'old', 'bad.log.1.gz'), gzipSync(`first\nsecond\n${line}`));
  await writeFile(join(folder, 'logs', 'old', 'cut.gz'), gzipSync('x'.repeat(9_000)).subarray(0, 20));
};
