import { createHash, randomUUID } from 'node:crypto';
import type { Bus, OutgoingRecord } from '@lethe/bus';
import { cloudEventHeaders, encodeEvent, topicName } from '@lethe/contracts';
import type { UserEvent } from '@lethe/contracts';
import { userEvents } from './events.ts';
import { publishSchema } from './publish-schema.ts';
import type { ShopData } from './systems.ts';

const BATCH = 2_000;
const SOURCE = '/shop/upstream';

/** Replays the year on `lethe.user-events`; `published` is told the number so far. Resolves with the number of events. */
export async function publishYear(
  bus: Bus,
  prefix: string,
  data: ShopData,
  published: (events: number) => void,
): Promise<number> {
  const topic = topicName(prefix, 'lethe.user-events');
  const producer = await bus.producer('upstream');
  const keyOf = partitionKeys();
  let count = 0;
  let batch: OutgoingRecord[] = [];
  let inFlight: Promise<void> = Promise.resolve();
  const send = async (): Promise<void> => {
    const [records, before] = [batch, inFlight];
    batch = [];
    inFlight = producer.send(records).then(() => published((count += records.length)));
    inFlight.catch(() => undefined); // it is awaited below, but perhaps not before it fails
    await before; // one is on its way while the next is encoded
  };
  try {
    await publishSchema(producer, prefix, SOURCE, 'UserEvent');
    for (const event of userEvents(data)) {
      batch.push(recordOf(topic, keyOf(event), event));
      if (batch.length === BATCH) await send();
    }
    await send();
    await inFlight;
  } finally {
    await producer.close();
  }
  return count;
}

const recordOf = (topic: string, key: string, event: UserEvent): OutgoingRecord => ({
  topic,
  key,
  value: encodeEvent('UserEvent', event),
  headers: cloudEventHeaders({ id: randomUUID(), type: 'UserEvent', source: SOURCE, time: new Date() }),
});

/**
 * What is about one customer goes to one partition, where intake merges repeats. The key is a hash, so that tools that
 * list keys show nobody; without a customer any partition will do.
 */
function partitionKeys(): (event: UserEvent) => string {
  const known = new Map<string, string>();
  return ({ identities: [first], eventId }) => {
    if (first === undefined) return eventId;
    const key = known.get(first.value) ?? createHash('sha256').update(first.value).digest('base64url').slice(0, 16);
    known.set(first.value, key);
    return key;
  };
}
