import { localName } from './read-schemas.ts';
import { isList, primitives } from './schema.ts';
import type { NamedSchema, RecordSchema, Schema } from './schema.ts';

/** One self-contained schema: a named type stands in full where it is first met and is referred to after that, as Avro has it. */
export function inline(root: RecordSchema, schemas: ReadonlyMap<string, NamedSchema>): RecordSchema {
  const met = new Set<string>();
  const visit = (schema: Schema): Schema => {
    if (typeof schema === 'string') {
      if (primitives.has(schema) || met.has(schema)) return schema;
      const named = schemas.get(localName(schema));
      if (named === undefined) throw new Error(`unknown type ${schema}`);
      met.add(schema);
      return named.type === 'record' ? visitRecord(named) : named;
    }
    if (isList(schema)) return schema.map(visit);
    return schema.type === 'array' ? { ...schema, items: visit(schema.items) } : schema;
  };
  const visitRecord = (record: RecordSchema): RecordSchema => ({
    ...record,
    fields: record.fields.map((field) => ({ ...field, type: visit(field.type) })),
  });
  return visitRecord(root);
}

/** The same schema without what only people read. */
export function withoutDocs(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDocs);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== 'doc')
      .map(([key, inner]) => [key, withoutDocs(inner)]),
  );
}
