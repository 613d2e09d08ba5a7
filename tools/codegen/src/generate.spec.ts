import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { contractsFolder } from './contracts-folder.ts';
import { generate } from './generate.ts';
import { inline } from './inline.ts';
import { problemsOf } from './read-schemas.ts';
import type { NamedSchema, RecordSchema } from './schema.ts';
import { eventTypes } from './typescript.ts';

const pet: RecordSchema = {
  type: 'record',
  name: 'PetSeen',
  namespace: 'lethe',
  doc: 'A pet was seen. Published by a neighbour.',
  fields: [
    { name: 'kind', type: 'lethe.Kind', doc: 'Which kind. Not personal data.' },
    { name: 'earlier', type: { type: 'array', items: 'lethe.Kind' }, doc: 'Before. Not personal data.' },
    { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' }, doc: 'When. Not personal data.' },
    { name: 'owner', type: ['null', 'string'], default: null, doc: 'Whose. Personal data.' },
  ],
};
const kind: NamedSchema = {
  type: 'enum',
  name: 'Kind',
  namespace: 'lethe',
  doc: 'A kind.',
  symbols: ['unspecified', 'cat'],
  default: 'unspecified',
};
const schemas = new Map<string, NamedSchema>([
  ['Kind', kind],
  ['PetSeen', pet],
]);

describe('generated files', () => {
  it('are what the schemas say', () => {
    const target = join(contractsFolder, 'src/generated');
    const wanted = generate(contractsFolder);
    expect(readdirSync(target).sort()).toEqual([...wanted.keys()].sort());
    for (const [file, text] of wanted) expect([file, readFileSync(join(target, file), 'utf8')]).toEqual([file, text]);
  });
});

describe('types', () => {
  const text = eventTypes(schemas);

  it('are readonly, with the docs as comments', () => {
    expect(text).toContain(
      [
        '/** A pet was seen. Published by a neighbour. */',
        'export interface PetSeen {',
        '  /** Which kind. Not personal data. */',
        '  readonly kind: Kind;',
        '  /** Before. Not personal data. */',
        '  readonly earlier: readonly Kind[];',
        '  /** When. Not personal data. */',
        '  readonly at: Date;',
        '  /** Whose. Personal data. */',
        '  readonly owner: string | null;',
        '}',
      ].join('\n'),
    );
    expect(text).toContain("export type Kind =\n  | 'unspecified'\n  | 'cat';");
  });

  it('list as events only what somebody publishes', () => {
    expect(text).toContain('export interface Events {\n  readonly PetSeen: PetSeen;\n}');
  });
});

describe('inlining', () => {
  it('puts a named type in full where it is first met', () => {
    expect(
      inline(pet, schemas)
        .fields.slice(0, 2)
        .map(({ type }) => type),
    ).toEqual([kind, { type: 'array', items: 'lethe.Kind' }]);
  });
});

describe('house rules', () => {
  const problems = (schema: NamedSchema): readonly string[] => problemsOf(schema.name, schema, schemas);
  const withField = (change: object): RecordSchema => ({ ...pet, fields: [{ ...pet.fields[0], ...change } as never] });

  it('hold for a good schema', () => {
    expect([...problems(pet), ...problems(kind)]).toEqual([]);
  });

  it.each<[string, string, NamedSchema]>([
    ['the file has another name', 'the file is named Other, its type PetSeen', pet],
    ['another namespace', 'the namespace is not lethe', { ...pet, namespace: 'pets' }],
    ['no doc', 'no doc', { ...pet, doc: '' }],
    [
      'a field that does not say',
      'kind: the doc does not end by saying whether it is personal data',
      withField({ doc: 'Which.' }),
    ],
    ['an unknown type', 'kind: unknown type lethe.Colour', withField({ type: 'lethe.Colour' })],
    ['an open union', 'kind: a union is [null, X] with the default null', withField({ type: ['int', 'string'] })],
    [
      'null without a default',
      'kind: a union is [null, X] with the default null',
      withField({ type: ['null', 'string'] }),
    ],
    [
      'an enum without a way out',
      '`unspecified` must be the first symbol and the default',
      { ...kind, default: 'cat' },
    ],
    ['a shouted symbol', 'CAT is not lower_snake', { ...kind, symbols: ['unspecified', 'CAT'] }],
  ])('refuse %s', (_, problem, schema) => {
    const name = problem.includes('Other') ? 'Other' : schema.name;
    expect(problemsOf(name, schema, schemas)).toEqual([problem]);
  });
});
