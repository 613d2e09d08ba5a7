import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { eventNames, incompatibilities } from '@lethe/contracts';
import { contractsFolder } from './contracts-folder.ts';
import { inline } from './inline.ts';
import { readSchemas } from './read-schemas.ts';
import { readReleased } from './released.ts';
import { isEvent } from './schema.ts';
import type { FieldSchema, RecordSchema } from './schema.ts';
import { toRelease } from './versions.ts';

const schemas = readSchemas(join(contractsFolder, 'avro'));
const released = readReleased(join(contractsFolder, 'avro/released'));
const current = [...schemas.values()].filter(isEvent).map((event) => inline(event, schemas));

const latest = (name: string): RecordSchema => {
  const found = current.find((schema) => schema.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
};
const withFields = (schema: RecordSchema, fields: readonly FieldSchema[]): RecordSchema => ({ ...schema, fields });
const withField = (schema: RecordSchema, name: string, change: Partial<FieldSchema>): RecordSchema =>
  withFields(
    schema,
    schema.fields.map((field) => (field.name === name ? { ...field, ...change } : field)),
  );
const reasons = (older: RecordSchema, newer: RecordSchema): readonly string[] =>
  incompatibilities(JSON.stringify(older), JSON.stringify(newer));

describe('released contracts', () => {
  it('are all there, and the current ones are the latest', () => {
    expect(current.map(({ name }) => name)).toEqual([...eventNames]);
    expect(toRelease(current, released, incompatibilities)).toEqual({ additions: [], refusals: [] });
  });

  it.each(eventNames)('%s: every version reads every other', (name) => {
    const versions = released.filter((version) => version.name === name);
    expect(versions.map(({ version }) => version)).toEqual(versions.map((_, index) => index + 1));
    for (const older of versions) {
      for (const newer of versions) {
        expect(incompatibilities(JSON.stringify(older.schema), JSON.stringify(newer.schema))).toEqual([]);
      }
    }
  });
});

describe('an incompatible change is refused', () => {
  const order = latest('ErasureOrdered');
  const answer = latest('ErasureAnswered');
  const newerCannot = 'the newer version cannot read what the older one wrote';
  const olderCannot = 'the older version cannot read what the newer one writes';

  it('a field without a default is added: old events lack it', () => {
    const doc = 'Made up. Not personal data.';
    expect(reasons(order, withFields(order, [...order.fields, { name: 'region', type: 'string', doc }]))).toEqual([
      newerCannot,
    ]);
  });

  it('a field without a default is taken away: old readers miss it', () => {
    const fields = order.fields.filter(({ name }) => name !== 'eraseThrough');
    expect(reasons(order, withFields(order, fields))).toEqual([olderCannot]);
  });

  it('a field is renamed', () => {
    expect(reasons(order, withField(order, 'round', { name: 'turn' }))).toEqual([newerCannot, olderCannot]);
  });

  it('a number grows: new readers cope, old ones do not', () => {
    expect(reasons(order, withField(order, 'round', { type: 'long' }))).toEqual([olderCannot]);
  });

  it('a value may be missing that never was', () => {
    const change = { type: ['null', 'string'], default: null } as const;
    expect(reasons(order, withField(order, 'controller', change))).toEqual([olderCannot]);
  });

  it('a time becomes a bare number: the same bytes, another meaning', () => {
    expect(reasons(answer, withField(answer, 'answeredAt', { type: 'long' }))).not.toEqual([]);
  });

  it('a text becomes bytes', () => {
    expect(reasons(answer, withField(answer, 'orderId', { type: 'bytes' }))).not.toEqual([]);
  });

  it('stops the whole release, and says against which version', () => {
    const changed = current.map((schema) =>
      schema.name === order.name ? withField(order, 'round', { type: 'long' }) : schema,
    );
    const { refusals } = toRelease(changed, released, incompatibilities);
    expect(refusals).toContain(`ErasureOrdered, against v1: ${olderCannot}`);
  });

  it('an event that was once released disappears', () => {
    const rest = current.filter(({ name }) => name !== 'CaseClosed');
    expect(toRelease(rest, released, incompatibilities).refusals).toContain(
      'CaseClosed v1 was released, but CaseClosed.avsc is gone',
    );
  });
});

describe('a compatible change becomes the next version', () => {
  const order = latest('ErasureOrdered');

  it('a nullable field', () => {
    const doc = 'Made up. Not personal data.';
    const added = withFields(order, [
      ...order.fields,
      { name: 'region', type: ['null', 'string'], default: null, doc },
    ]);
    const versions = released.filter(({ name }) => name === 'ErasureOrdered');
    expect(toRelease([added], versions, incompatibilities)).toEqual({
      additions: [{ name: 'ErasureOrdered', version: versions.length + 1, schema: added }],
      refusals: [],
    });
  });

  it('a new symbol: old readers see `unspecified`', () => {
    const answer = latest('ErasureAnswered');
    const text = JSON.stringify(answer);
    const newer = text.replace('"not_notified"', '"not_notified","partly_erased"');
    expect(newer).not.toBe(text);
    expect(incompatibilities(text, newer)).toEqual([]);
  });

  it('but better words alone do not', () => {
    const reworded = { ...order, doc: `${order.doc} Said better.` };
    const versions = released.filter(({ name }) => name === 'ErasureOrdered');
    expect(toRelease([reworded], versions, incompatibilities)).toEqual({ additions: [], refusals: [] });
  });
});
