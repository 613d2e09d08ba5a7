import fc from 'fast-check';
import { schemas } from './generated/schemas.ts';
import type { Named } from './generated/events.ts';

type Schema = string | readonly Schema[] | ComplexSchema;
interface ComplexSchema {
  readonly type: string;
  readonly name?: string;
  readonly fields?: readonly { readonly name: string; readonly type: Schema }[];
  readonly symbols?: readonly string[];
  readonly items?: Schema;
}

/** For property tests: every value that an event's schema allows. */
export function anyEvent(name: Named): fc.Arbitrary<unknown> {
  return anyValue(JSON.parse(schemas[name]) as Schema, new Map());
}

function anyValue(schema: Schema, named: Map<string, fc.Arbitrary<unknown>>): fc.Arbitrary<unknown> {
  if (typeof schema === 'string') return named.get(schema) ?? primitive(schema);
  if (isUnion(schema)) return fc.oneof(...schema.map((branch) => anyValue(branch, named)));
  const { type, fields = [], symbols = [], items = 'null' } = schema;
  switch (type) {
    case 'record':
      return keep(
        schema,
        named,
        fc.record(Object.fromEntries(fields.map((field) => [field.name, anyValue(field.type, named)]))),
      );
    case 'enum':
      return keep(schema, named, fc.constantFrom(...symbols.filter((symbol) => symbol !== 'unspecified')));
    case 'array':
      return fc.array(anyValue(items, named), { maxLength: 4 });
    case 'long':
      return fc.date({ noInvalidDate: true, min: new Date(-(2 ** 52)), max: new Date(2 ** 52 - 1) });
    default:
      return primitive(type);
  }
}

const isUnion = (schema: Schema): schema is readonly Schema[] => Array.isArray(schema);

function keep<T>(
  { name }: ComplexSchema,
  named: Map<string, fc.Arbitrary<unknown>>,
  values: fc.Arbitrary<T>,
): fc.Arbitrary<T> {
  if (name !== undefined) named.set(`lethe.${name}`, values);
  return values;
}

function primitive(type: string): fc.Arbitrary<unknown> {
  switch (type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'int':
      return fc.integer();
    case 'long':
      return fc.integer({ min: -(2 ** 52), max: 2 ** 52 - 1 });
    case 'bytes':
      return fc.uint8Array().map((bytes) => Buffer.from(bytes));
    case 'string':
      return fc.oneof(fc.string(), fc.string({ unit: 'binary' }));
    default:
      throw new Error(`no values for ${type}`);
  }
}
