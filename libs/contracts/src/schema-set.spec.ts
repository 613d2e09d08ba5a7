import { describe, expect, it } from '@jest/globals';
import { avroType, canonicalForm } from './avro.ts';
import { decodeEvent, publishedSchema } from './codec.ts';
import { ContractError } from './errors.ts';
import { fingerprintOf } from './fingerprint.ts';
import { eventNames } from './generated/events.ts';
import { schemas } from './generated/schemas.ts';
import { schemaSet, wireForm } from './schema-set.ts';

interface Field {
  readonly name: string;
  readonly type: unknown;
  readonly default?: unknown;
}
const fieldsOf = (schema: string): readonly Field[] => (JSON.parse(schema) as { fields: readonly Field[] }).fields;

/** UserEvent as somebody else may know it. */
const userEventWith = (fields: readonly Field[]): string =>
  JSON.stringify({ type: 'record', name: 'UserEvent', namespace: 'lethe', fields });
const current = fieldsOf(schemas.UserEvent);

/** Written by a process that has only that schema. */
function written(schema: string, event: unknown): Buffer {
  const type = avroType(schema);
  const header = Buffer.from(`c301${wireForm(fingerprintOf(canonicalForm(type)))}`, 'hex');
  return Buffer.concat([header, type.toBuffer(event)]);
}

const event = {
  eventId: 'e-1',
  controller: 'shop',
  system: 'sales',
  dataset: 'lines',
  operation: 'delete',
  identities: [{ type: 'customer_id', value: '15073' }],
  occurredAt: new Date(1_323_435_000_000),
};
const codeOf = (act: () => unknown): string | undefined => {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof ContractError) return error.code;
    throw error;
  }
};

describe('a set of schemas', () => {
  it.each(eventNames)('knows the current %s, and its producers publish it', (name) => {
    const { fingerprint, schema } = publishedSchema(name);
    expect(schemaSet().has(fingerprint)).toBe(true);
    expect(schemaSet().add(schema)).toEqual({ name, fingerprint });
  });

  it('reads a newer version once its schema is added, and not before', () => {
    const newer = userEventWith([
      ...current.map((field) =>
        field.name === 'operation'
          ? {
              ...field,
              type: {
                type: 'enum',
                name: 'Operation',
                symbols: ['unspecified', 'upsert', 'delete', 'snapshot', 'moved'],
                default: 'unspecified',
              },
            }
          : field,
      ),
      { name: 'shard', type: ['null', 'string'], default: null },
    ]);
    const value = written(newer, { ...event, operation: 'moved', shard: 's-1' });
    const set = schemaSet();
    expect(codeOf(() => decodeEvent(value, set))).toBe('unknown_fingerprint');
    const { fingerprint } = set.add(newer);
    set.add(newer);
    expect(decodeEvent(value, set)).toEqual({
      name: 'UserEvent',
      event: { ...event, operation: 'unspecified' },
      fingerprint,
    });
    expect(decodeEvent(written(newer, { ...event, shard: null }), set).event).toEqual(event);
    expect(codeOf(() => decodeEvent(value))).toBe('unknown_fingerprint');
  });

  it('walks the bytes of another version by that version', () => {
    const newer = userEventWith([{ name: 'tags', type: { type: 'array', items: 'string' }, default: [] }, ...current]);
    const set = schemaSet();
    set.add(newer);
    const value = written(newer, { ...event, tags: ['a'] });
    expect(decodeEvent(value, set).event).toEqual(event);
    value[10] = 0x7f;
    expect(codeOf(() => decodeEvent(value, set))).toBe('undecodable');
  });

  it.each([
    ['a field is gone', userEventWith(current.filter(({ name }) => name !== 'system'))],
    [
      'a field has another type',
      userEventWith(current.map((field) => (field.name === 'system' ? { ...field, type: 'bytes' } : field))),
    ],
    [
      'a time is another number',
      userEventWith(current.map((field) => (field.name === 'occurredAt' ? { ...field, type: 'int' } : field))),
    ],
  ])('refuses a version that cannot be read: %s', (_, schema) => {
    expect(codeOf(() => schemaSet().add(schema))).toBe('incompatible_schema');
  });

  it.each([
    ['invalid_schema', 'not json'],
    ['invalid_schema', '{"type":"record","name":"UserEvent","namespace":"lethe"}'],
    ['invalid_schema', userEventWith([...current, { name: 'weight', type: 'double', default: 0 }])],
    [
      'invalid_schema',
      userEventWith([...current, { name: 'nothing', type: { type: 'array', items: 'null' }, default: [] }]),
    ],
    ['unknown_event', '"string"'],
    ['unknown_event', '{"type":"record","name":"UserEvent","namespace":"other","fields":[{"name":"a","type":"int"}]}'],
    [
      'unknown_event',
      '{"type":"record","name":"CaseReopened","namespace":"lethe","fields":[{"name":"a","type":"int"}]}',
    ],
  ])('refuses, as %s, %s', (code, schema) => {
    expect(codeOf(() => schemaSet().add(schema))).toBe(code);
  });
});
