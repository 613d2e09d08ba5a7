import { describe, expect, it } from '@jest/globals';
import { avroType, canonicalForm } from './avro.ts';
import { crc64Avro, fingerprintOf } from './fingerprint.ts';

/** Known answers of Apache Avro's schema-tests.txt (as signed 64-bit numbers there): our spelling, its canonical form, its fingerprint. */
const known: readonly (readonly [schema: unknown, canonical: string, fingerprint: bigint])[] = [
  ['null', '"null"', 7195948357588979594n],
  [{ type: 'null' }, '"null"', 7195948357588979594n],
  ['boolean', '"boolean"', -6970731678124411036n],
  ['int', '"int"', 8247732601305521295n],
  [{ type: 'int' }, '"int"', 8247732601305521295n],
  ['long', '"long"', -3434872931120570953n],
  [{ type: 'long', logicalType: 'timestamp-millis' }, '"long"', -3434872931120570953n],
  ['float', '"float"', 5583340709985441680n],
  ['double', '"double"', -8181574048448539266n],
  ['bytes', '"bytes"', 5746618253357095269n],
  ['string', '"string"', -8142146995180207161n],
  [['int'], '["int"]', -5232228896498058493n],
  [['int', { type: 'boolean' }], '["int","boolean"]', 5392556393470105090n],
  [{ name: 'foo', type: 'record', fields: [] }, '{"name":"foo","type":"record","fields":[]}', -4824392279771201922n],
  [
    { namespace: 'x.y', fields: [], name: 'foo', type: 'record' },
    '{"name":"x.y.foo","type":"record","fields":[]}',
    5916914534497305771n,
  ],
  [
    { namespace: 'x.y', fields: [], name: 'a.b.foo', type: 'record' },
    '{"name":"a.b.foo","type":"record","fields":[]}',
    -4616218487480524110n,
  ],
  [
    { doc: 'words', aliases: ['bar'], fields: [], name: 'foo', type: 'record' },
    '{"name":"foo","type":"record","fields":[]}',
    -4824392279771201922n,
  ],
  [
    { fields: [{ type: { type: 'boolean' }, name: 'f1' }], type: 'record', name: 'foo' },
    '{"name":"foo","type":"record","fields":[{"name":"f1","type":"boolean"}]}',
    7843277075252814651n,
  ],
  [
    {
      fields: [
        { default: true, aliases: [], type: 'boolean', name: 'f1' },
        { order: 'descending', doc: 'words', type: 'int', name: 'f2' },
      ],
      name: 'foo',
      type: 'record',
    },
    '{"name":"foo","type":"record","fields":[{"name":"f1","type":"boolean"},{"name":"f2","type":"int"}]}',
    -4860222112080293046n,
  ],
  [
    { symbols: ['A1'], name: 'foo', type: 'enum' },
    '{"name":"foo","type":"enum","symbols":["A1"]}',
    -6342190197741309591n,
  ],
  [
    { symbols: ['A1', 'A2'], doc: 'words', name: 'foo', type: 'enum', namespace: 'x.y.z', default: 'A1' },
    '{"name":"x.y.z.foo","type":"enum","symbols":["A1","A2"]}',
    -4448647247586288245n,
  ],
  [{ size: 15, type: 'fixed', name: 'foo' }, '{"name":"foo","type":"fixed","size":15}', 1756455273707447556n],
  [{ items: { type: 'null' }, type: 'array' }, '{"type":"array","items":"null"}', -589620603366471059n],
  [{ values: 'string', type: 'map' }, '{"type":"map","values":"string"}', -8732877298790414990n],
];

describe('CRC-64-AVRO', () => {
  it.each(known)('of %j', (schema, canonical, fingerprint) => {
    expect(canonicalForm(avroType(JSON.stringify(schema)))).toBe(canonical);
    expect(BigInt.asIntN(64, crc64Avro(Buffer.from(canonical)))).toBe(fingerprint);
  });

  it('is written as 16 digits, most significant first', () => {
    expect(fingerprintOf('"int"')).toBe('7275d51a3f395c8f');
  });

  it("of nothing is the algorithm's seed", () => {
    expect(crc64Avro(Buffer.alloc(0))).toBe(0xc15d213aa4d7a795n);
  });
});
