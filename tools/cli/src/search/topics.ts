/** Looks through every record of every topic of the deployment, also those that no table names. */
import type { KafkaLog, StoredRecord } from '@lethe/bus';
import type { Lens, Sighting } from './lens.ts';
import { type Looking, seenBy } from './looking.ts';
import { topicPlace } from './places.ts';

export async function searchTopics(log: KafkaLog, looking: Looking): Promise<void> {
  const topics = await log.listTopics(`${looking.prefix}.`);
  for (const topic of topics) {
    const place = topicPlace(looking.prefix, topic);
    for await (const { partition, records } of log.read(topic)) {
      looking.goOn();
      for (const record of records) {
        const seen = sightingsIn(record, looking.lens);
        if (seen.length > 0) looking.findings.add(place, seen, `${partition}/${record.offset}`);
      }
      looking.looked('records', records.length);
    }
  }
}

/** Numbers of Lethe's own on a dead letter: a customer's number may be the same. */
const ownNumbers: ReadonlySet<string> = new Set([
  'lethe-source-partition',
  'lethe-source-offset',
  'lethe-attempts',
  'lethe-truncated-from',
]);

export function sightingsIn({ key, value, headers }: StoredRecord, lens: Lens): readonly Sighting[] {
  return seenBy((report) => {
    if (key !== null) lens.bytes(key, report);
    if (value !== null) lens.message(value, report);
    for (const [name, text] of headers) {
      if (name !== null) lens.bytes(name, report);
      if (text !== null && !ownNumbers.has(name?.toString() ?? '')) lens.bytes(text, report);
    }
  });
}
