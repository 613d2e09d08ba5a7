/** Where something can stand. */
import { parseTopicName } from '@lethe/contracts';

export interface Place {
  /** As the table of reasons names it: `topic lethe.requests`, `store discovery.links`, `log`. */
  readonly kind: string;
  /** As this deployment names it. */
  readonly name: string;
}

/** `topic lethe.answers.*`; dead letters of any topic are one kind. */
export function topicPlace(prefix: string, name: string, what: 'topic' | 'segment' = 'topic'): Place {
  const parsed = parseTopicName(prefix, name);
  if (parsed === undefined) return { kind: `${what} unknown`, name: shown(what, name) };
  return { kind: `${what} ${parsed.deadLetter ? 'dead-letter' : parsed.topic}`, name: shown(what, name) };
}

const shown = (what: 'topic' | 'segment', name: string): string =>
  what === 'topic' ? name : `${name} (segment files)`;

/** Records that end: what they keep is another thing before their end and after it. */
const ended: ReadonlySet<unknown> = new Set(['closed', 'ended']);

/** @param state of the record, where the collection holds records that end */
export function storePlace(service: string, database: string, collection: string, state: unknown): Place {
  const after = ended.has(state) ? ' after its end' : '';
  return { kind: `store ${service}.${collection}${after}`, name: `${database}.${collection}${after}` };
}

export const oplogPlace = (service: string, database: string, collection: string): Place => ({
  kind: `oplog ${service}.${collection}`,
  name: `local.oplog.rs (${database}.${collection})`,
});

export const logPlace = (file: string): Place => ({ kind: 'log', name: file });
