/** The part of Avro's schema language that the contracts use. */
export type Schema = string | readonly Schema[] | ArraySchema | TimeSchema | NamedSchema;
export interface ArraySchema {
  readonly type: 'array';
  readonly items: Schema;
}
export interface TimeSchema {
  readonly type: 'long';
  readonly logicalType: 'timestamp-millis';
}
export interface EnumSchema {
  readonly type: 'enum';
  readonly name: string;
  readonly namespace: string;
  readonly doc: string;
  readonly symbols: readonly string[];
  readonly default: string;
}
export interface FieldSchema {
  readonly name: string;
  readonly type: Schema;
  readonly default?: unknown;
  readonly doc: string;
}
export interface RecordSchema {
  readonly type: 'record';
  readonly name: string;
  readonly namespace: string;
  readonly doc: string;
  readonly fields: readonly FieldSchema[];
}
export type NamedSchema = EnumSchema | RecordSchema;

export const namespace = 'lethe';
export const primitives: ReadonlySet<string> = new Set(['null', 'boolean', 'int', 'long', 'string', 'bytes']);

/** An event says in its doc who publishes it; a record that does not is a part of events. */
export const isEvent = (schema: NamedSchema): schema is RecordSchema =>
  schema.type === 'record' && schema.doc.includes('Published by ');

export const isList = (schema: Schema): schema is readonly Schema[] => Array.isArray(schema);
