/** Which key an event gets: what is about one subject goes to one partition, and the key shows nobody. */
import type { UserEvent } from '@lethe/contracts';

/**
 * Keys are copied into logs by other people's tools, and the hash of a customer number or an address is found by
 * trying all of them. So a key is one of few: many subjects share it. Enough to fill a topic's partitions evenly.
 */
const BUCKETS = 1_024;

/** By the first identity, where intake merges repeats; without one any partition will do. */
export function partitionKey({ identities: [first], eventId }: UserEvent): string {
  return String(fnv1a(first === undefined ? eventId : `${first.type}:${first.value}`) % BUCKETS);
}

/** FNV-1a over UTF-16 code units: spreads well, costs little; nothing is protected by it. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  // The low bits alone mix badly.
  return (hash ^ (hash >>> 15)) >>> 0;
}
