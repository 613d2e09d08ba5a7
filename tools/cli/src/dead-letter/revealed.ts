/** A dead letter in clear, as far as its bytes can be read. Pure. */
import type { BusRecord } from '@lethe/bus';
import { ContractError, decodeEvent, type SchemaSet } from '@lethe/contracts';

export const revealed = ({ key, headers, value }: BusRecord, schemas: SchemaSet): unknown => ({
  key,
  headers,
  value: value === null ? null : valueOf(value, schemas),
});

const valueOf = (value: Buffer, schemas: SchemaSet): unknown => {
  try {
    const { name, event, fingerprint } = decodeEvent(value, schemas);
    return { kind: 'event', name, fingerprint, event: readable(event) };
  } catch (error) {
    if (!(error instanceof ContractError)) throw error;
    return { kind: 'bytes', why: error.code, bytes: value.length, ...textOrHex(value) };
  }
};

/** Bytes of an event (sealed boxes) as base64: a list of numbers is no way to show them. */
const readable = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return { base64: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, readable(each)]));
};

const textOrHex = (value: Buffer): { readonly text: string } | { readonly hex: string } => {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(value) };
  } catch {
    return { hex: value.toString('hex') }; // no text
  }
};
