/**
 * The structure of a dead letter without what may be somebody's. A field whose doc says personal data is masked; a text
 * of any other field is shown only when it is a name that this deployment knows, an order's or a UUID: what ends here
 * went wrong, and an address may well stand where a dataset belongs. Pure.
 */
import { ContractError, decodeEvent, type Named, publishedSchema, type SchemaSet } from '@lethe/contracts';
import type { BusRecord } from '@lethe/bus';
import { REDRIVEN_FROM } from './address.ts';

export interface Redacted {
  /** Of the original record: whether it had a key, and how long it was. */
  readonly key: { readonly bytes: number } | null;
  /** Names of headers that Lethe knows; the number of the others. */
  readonly headers: { readonly known: readonly string[]; readonly others: number };
  readonly value: RedactedValue;
}

export type RedactedValue =
  | null
  | { readonly kind: 'event'; readonly name: Named; readonly fingerprint: string; readonly event: unknown }
  /** `begins`: at most the ten bytes that frame an event, as hexadecimal digits. */
  | { readonly kind: 'bytes'; readonly why: string; readonly bytes: number; readonly begins: string };

const ITEMS_SHOWN = 5;
const LONG_TEXT = 1_000;
const FRAME = 10;
const MAGIC = 'c301';
const knownHeaders = [
  'ce_specversion',
  'ce_id',
  'ce_type',
  'ce_source',
  'ce_time',
  'content-type',
  'traceparent',
  REDRIVEN_FROM,
];
const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const uuidShape = new RegExp(`^${UUID}$`);
const orderShape = new RegExp(`^${UUID}:([A-Za-z0-9_-]+):\\d{1,6}$`);

/** @param names systems, datasets, controllers and types that this deployment knows */
export const redacted = (record: BusRecord, schemas: SchemaSet, names: ReadonlySet<string>): Redacted => {
  const headers = Object.keys(record.headers);
  const known = headers.filter((name) => knownHeaders.includes(name));
  return {
    key: record.key === null ? null : { bytes: Buffer.byteLength(record.key) },
    headers: { known, others: headers.length - known.length },
    value: record.value === null ? null : valueOf(record.value, schemas, names),
  };
};

const valueOf = (value: Buffer, schemas: SchemaSet, names: ReadonlySet<string>): RedactedValue => {
  try {
    const { name, event, fingerprint } = decodeEvent(value, schemas);
    const shape: unknown = JSON.parse(publishedSchema(name).schema);
    return { kind: 'event', name, fingerprint, event: masked(shape, event, false, { names, types: new Map() }) };
  } catch (error) {
    if (!(error instanceof ContractError)) throw error;
    // Without the frame of an event the first bytes are somebody's text.
    const framed = value.toString('hex', 0, 2) === MAGIC;
    return {
      kind: 'bytes',
      why: error.code,
      bytes: value.length,
      begins: value.toString('hex', 0, framed ? FRAME : 2),
    };
  }
};

interface Masking {
  readonly names: ReadonlySet<string>;
  /** A named type stands in full where it is first met. */
  readonly types: Map<string, unknown>;
}

const masked = (shape: unknown, value: unknown, personal: boolean, masking: Masking): unknown => {
  if (value === null || value === undefined) return null;
  if (Array.isArray(shape))
    return masked(
      shape.find((branch) => branch !== 'null'),
      value,
      personal,
      masking,
    );
  const known = typeof shape === 'string' ? masking.types.get(shape) : undefined;
  if (known !== undefined) return masked(known, value, personal, masking);
  if (!isObject(shape)) return leaf(value, personal, masking);
  remember(shape, masking);
  if (shape['type'] === 'record') return maskedRecord(shape, value, masking);
  if (shape['type'] === 'array' && Array.isArray(value)) return maskedItems(shape['items'], value, personal, masking);
  // Decoding leaves only symbols of ours.
  if (shape['type'] === 'enum') return value;
  return leaf(value, personal, masking);
};

const remember = (shape: Readonly<Record<string, unknown>>, { types }: Masking): void => {
  const { name, namespace } = shape;
  if (typeof name !== 'string') return;
  types.set(name, shape);
  types.set(`${typeof namespace === 'string' ? namespace : 'lethe'}.${name}`, shape);
};

const maskedRecord = (shape: Readonly<Record<string, unknown>>, value: unknown, masking: Masking): unknown => {
  const fields: readonly unknown[] = Array.isArray(shape['fields']) ? shape['fields'] : [];
  return Object.fromEntries(
    fields.filter(isObject).map(({ name, type, doc }) => {
      // Whoever forgets to say so in the doc has said that it is personal.
      const personal = !String(doc).endsWith('Not personal data.');
      return [String(name), masked(type, isObject(value) ? value[String(name)] : null, personal, masking)];
    }),
  );
};

const maskedItems = (items: unknown, value: readonly unknown[], personal: boolean, masking: Masking): unknown => {
  const shown = value.slice(0, ITEMS_SHOWN).map((item) => masked(items, item, personal, masking));
  return value.length > ITEMS_SHOWN ? [...shown, `[and ${value.length - ITEMS_SHOWN} more]`] : shown;
};

const leaf = (value: unknown, personal: boolean, { names }: Masking): unknown => {
  if (value === '') return value;
  const length = typeof value === 'string' && value.length > LONG_TEXT ? `, ${value.length} characters` : '';
  if (personal) return `[personal data${length}]`;
  if (value instanceof Uint8Array) return `[${value.length} bytes]`;
  if (typeof value !== 'string') return value;
  const system = orderShape.exec(value)?.[1];
  const harmless = names.has(value) || uuidShape.test(value) || (system !== undefined && names.has(system));
  return harmless ? value : `[a text that this deployment does not know${length}]`;
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
