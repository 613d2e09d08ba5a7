/** Looks at a document as the database sends it: as bytes, and decoded where boxes or sealed bytes may be in it. */
import { BSON } from 'mongodb';
import { keyIdOf } from './boxes.ts';
import type { Lens, Sighting } from './lens.ts';
import { seenBy } from './looking.ts';

export type Fields = Readonly<Record<string, unknown>>;

export interface Documents {
  /** Undefined when nothing calls for its fields. */
  sightings(raw: Buffer): { readonly seen: readonly Sighting[]; readonly fields: Fields | undefined };
  /** Of a part of one, e.g. one write of many. */
  sightingsIn(part: Fields): readonly Sighting[];
}

/** @param always decode every document, because byte strings in it are messages */
export function documentsUnder(lens: Lens): (always: boolean) => Documents {
  const look = (raw: Buffer, fields: Fields | undefined): readonly Sighting[] =>
    seenBy((report) => {
      lens.bytes(raw, report);
      if (fields !== undefined) lens.decoded(fields, report);
    });
  return (always) => ({
    sightings: (raw) => {
      const fields = always || isMarked(raw) ? fieldsOf(raw) : undefined;
      const seen = look(raw, fields);
      return { seen, fields: fields ?? (seen.length > 0 ? fieldsOf(raw) : undefined) };
    },
    sightingsIn: (part) => look(Buffer.from(BSON.serialize(part)), part),
  });
}

/** What the driver hands over when it was asked for raw documents, whatever their type says. */
export function bytesOf(document: unknown): Buffer {
  if (Buffer.isBuffer(document)) return document;
  throw new TypeError('the driver decoded a document that was to stay as it is');
}

const fieldsOf = (raw: Buffer): Fields =>
  // Somebody's text may not be UTF-8; it is still to be looked at.
  BSON.deserialize(raw, { promoteBuffers: true, validation: { utf8: false } });

/** A box has a field `ciphertext`; sealed bytes are a byte string with their head, under whatever key. */
function isMarked(raw: Buffer): boolean {
  if (raw.includes(CIPHERTEXT)) return true;
  for (let at = raw.indexOf(BYTES_OF_VERSION_1, 4); at !== -1; at = raw.indexOf(BYTES_OF_VERSION_1, at + 1)) {
    const begin = at + 1;
    if (keyIdOf(raw.subarray(begin, begin + raw.readInt32LE(at - 4))) !== null) return true;
  }
  return false;
}

const CIPHERTEXT = Buffer.from('ciphertext\0');
/** A byte string in BSON: its length in four bytes, a 0 that says that it is nothing special, its bytes. */
const BYTES_OF_VERSION_1 = Buffer.of(0, 1);

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Where it stands, if that can be said: ids of the index are refs, which are nobody's to print. */
export function whereOf(fields: Fields | undefined): string | null {
  const id = fields?.['_id'];
  return typeof id === 'string' && UUID.test(id) ? id : null;
}
