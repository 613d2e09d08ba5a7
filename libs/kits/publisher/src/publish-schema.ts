import { randomUUID } from 'node:crypto';
import type { Producer } from '@lethe/bus';
import { cloudEventHeaders, encodeEvent, type Named, publishedSchema, topicName } from '@lethe/contracts';

/**
 * Whoever publishes an event says first how to read it: on `lethe.schemas`, whose newest value per schema is kept. So a
 * reader that is older than this kit can read what it writes.
 *
 * @param source who publishes, a URI reference such as `/shop/sales`
 */
export function publishSchema(producer: Producer, prefix: string, source: string, event: Named): Promise<void> {
  const schema = publishedSchema(event);
  return producer.send([
    {
      topic: topicName(prefix, 'lethe.schemas'),
      key: schema.fingerprint,
      value: encodeEvent('SchemaPublished', schema),
      headers: cloudEventHeaders({ id: randomUUID(), type: 'SchemaPublished', source, time: new Date() }),
    },
  ]);
}
