import { timingSafeEqual } from 'node:crypto';
import { canonicalJson, type Json } from './canonical-json.ts';
import { commitmentOf } from './commitment.ts';
import type { Fact } from './fact.ts';

/** What makes an entry readable; kept apart from it, and deleted when the proof period ends. */
export interface Opening {
  /** 32 random bytes. */
  readonly salt: Uint8Array;
  readonly fact: Fact;
}

/** The version of the entry's shape. */
const version = 1;

/** The log's entry for a fact, as the bytes that are hashed: canonical JSON `{v, kind, day, commitment}`. */
export function entryOf({ salt, fact }: Opening): string {
  const commitment = commitmentOf(salt, jsonOf(fact)).toString('base64');
  return canonicalJson({ v: version, kind: fact.event, day: fact.at.slice(0, 'yyyy-mm-dd'.length), commitment });
}

/** True if this opening is the one that the entry was made from. */
export function opens(entry: string, opening: Opening): boolean {
  const [said, made] = [Buffer.from(entry, 'utf8'), Buffer.from(entryOf(opening), 'utf8')];
  return said.length === made.length && timingSafeEqual(said, made);
}

function jsonOf({ event, at, publisher, requestId, sequence, source, details }: Fact): Json {
  const { topic, partition, offset } = source;
  return { event, at, publisher, requestId, sequence, source: { topic, partition, offset }, details };
}
