import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isList, namespace, primitives } from './schema.ts';
import type { NamedSchema, Schema } from './schema.ts';

/** The schemas of a folder by name, sorted; throws one error that lists every problem with its file. */
export function readSchemas(folder: string): ReadonlyMap<string, NamedSchema> {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.avsc'))
    .sort();
  const schemas = new Map<string, NamedSchema>();
  const problems: string[] = [];
  for (const file of files) {
    try {
      // What the file really holds is checked below, before anyone trusts it.
      const schema = JSON.parse(readFileSync(join(folder, file), 'utf8')) as NamedSchema;
      schemas.set(basename(file, '.avsc'), schema);
    } catch (error) {
      problems.push(`${file}: ${error instanceof Error ? error.message : 'unreadable'}`);
    }
  }
  for (const [name, schema] of schemas) {
    problems.push(...problemsOf(name, schema, schemas).map((problem) => `${name}.avsc: ${problem}`));
  }
  if (problems.length > 0) throw new Error(`The contracts do not hold:\n${problems.join('\n')}`);
  return schemas;
}

/** The house rules: what makes a schema readable by the next version and by a person. */
export function problemsOf(name: string, schema: NamedSchema, known: ReadonlyMap<string, unknown>): readonly string[] {
  const problems: string[] = [];
  if (schema.name !== name) problems.push(`the file is named ${name}, its type ${schema.name}`);
  if (schema.namespace !== namespace) problems.push(`the namespace is not ${namespace}`);
  if (typeof schema.doc !== 'string' || schema.doc === '') problems.push('no doc');
  if (schema.type === 'enum') return [...problems, ...enumProblems(schema.symbols, schema.default)];
  if ((schema as { type: string }).type !== 'record') return [...problems, 'neither a record nor an enum'];
  for (const field of schema.fields) {
    const problem = (text: string): unknown => problems.push(`${field.name}: ${text}`);
    if (!/(Personal data|Not personal data)[^.]*\.$/.test(field.doc)) {
      problem('the doc does not end by saying whether it is personal data');
    }
    if (isList(field.type) && (field.type[0] !== 'null' || field.type.length !== 2 || field.default !== null)) {
      problem('a union is [null, X] with the default null');
    }
    for (const unknown of unknownNames(field.type, known)) problem(`unknown type ${unknown}`);
  }
  return problems;
}

function enumProblems(symbols: readonly string[], fallback: string): readonly string[] {
  const problems: string[] = [];
  if (symbols[0] !== 'unspecified' || fallback !== 'unspecified') {
    problems.push('`unspecified` must be the first symbol and the default');
  }
  for (const symbol of symbols) {
    if (!/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(symbol)) problems.push(`${symbol} is not lower_snake`);
  }
  return problems;
}

function unknownNames(schema: Schema, known: ReadonlyMap<string, unknown>): readonly string[] {
  if (typeof schema === 'string') {
    return primitives.has(schema) || known.has(localName(schema)) ? [] : [schema];
  }
  if (isList(schema)) return schema.flatMap((branch) => unknownNames(branch, known));
  switch (schema.type) {
    case 'array':
      return unknownNames(schema.items, known);
    case 'long':
      return [];
    case 'enum':
    case 'record':
      return [`${schema.name} (a named type has its own file)`];
  }
}

/** `lethe.Identity` -> `Identity`; other namespaces keep their name and are then unknown. */
export const localName = (name: string): string =>
  name.startsWith(`${namespace}.`) ? name.slice(namespace.length + 1) : name;
