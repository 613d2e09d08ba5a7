/**
 * A request sent twice under one `Idempotency-Key` is one request. Its id is derived from the key, so the request's own
 * record is the entry that remembers it: there is no second store that could disagree, and nothing that expires early.
 */
import { createHmac, randomUUID } from 'node:crypto';
import type { Key, KeyRing } from '@lethe/identity';
import type { Fault } from '@lethe/service';
import type { RequestBody } from './request-body.ts';

/** A request's identity: which record it would be, and by what it is told from another under the same key. */
export interface RequestName {
  readonly id: string;
  /** Keyed and bound to the id: two requests of one person cannot be told to be of one person by it. */
  readonly digest: string;
}

/** Checked by hand: a header has no place in the body's schema. */
export function idempotencyKeyFault(header: string | undefined): Fault | null {
  if (header === undefined || /^[\x20-\x7e]{1,255}$/.test(header)) return null;
  return { header: 'Idempotency-Key', detail: 'must be 1 to 255 printable ASCII characters' };
}

/**
 * The names that this request can have, the one to take first: under the oldest key of the list, because every process
 * holds that one while a newer is brought in, so that all give the same name. What a newer one named is known too.
 * Without an idempotency key every request is a new one.
 */
export function namesOf(
  register: KeyRing,
  idempotencyKey: string | undefined,
  body: RequestBody,
): readonly [RequestName, ...RequestName[]] {
  if (idempotencyKey === undefined) {
    const id = randomUUID();
    return [{ id, digest: digestOf(register.active, id, body) }];
  }
  const nameUnder = (key: Key): RequestName => {
    const id = idFrom(key, body.controller, idempotencyKey);
    return { id, digest: digestOf(key, id, body) };
  };
  const [oldest = register.active, ...newer] = [...register.byId.values()].reverse();
  return [nameUnder(oldest), ...newer.map(nameUnder)];
}

/** A UUID of version 8 (RFC 9562 §5.8). The controller is part of it: two of them may use the same key. */
function idFrom({ key }: Key, controller: string, idempotencyKey: string): string {
  const bytes = createHmac('sha256', key).update(`request id\0${controller}\0${idempotencyKey}`, 'utf8').digest();
  const version = 0x80 | (bytes.readUInt8(6) & 0x0f);
  const variant = 0x80 | (bytes.readUInt8(8) & 0x3f);
  bytes.writeUInt8(version, 6);
  bytes.writeUInt8(variant, 8);
  const hex = bytes.toString('hex', 0, 16);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** The parsed body has the schema's order of fields and its defaults, so its JSON is one text per meaning. */
function digestOf({ key }: Key, id: string, body: RequestBody): string {
  return createHmac('sha256', key)
    .update(`request body\0${id}\0${JSON.stringify(body)}`, 'utf8')
    .digest('base64url');
}
