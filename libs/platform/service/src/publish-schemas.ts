/** Before its first event a producer publishes the schemas that it writes: a rolling upgrade then dead-letters nothing. */
import { cloudEventHeaders, encodeEvent, type Named, publishedSchema, topicName } from '@lethe/contracts';
import type { Bus } from '@lethe/bus';
import type { ServiceRuntime } from './runtime.ts';
import { outletsOf } from './topology.ts';

export interface SchemaPublisher {
  readonly bus: Bus;
  readonly prefix: string;
  /** Who publishes: the last part of the events' source. */
  readonly service: string;
  /** Of the producer. */
  readonly client: string;
  readonly newId: () => string;
}

/** Those of the events that a service's table publishes. */
export function publishSchemas({ bus, topology, group, addressing }: ServiceRuntime, prefix: string): Promise<void> {
  const { service, newId } = addressing;
  return publishSchemasOf({ bus, prefix, service, client: `${group}-schemas`, newId }, outletsOf(topology).keys());
}

/** Only what is not there yet: a start says nothing new most of the time. */
export async function publishSchemasOf(
  { bus, prefix, service, client, newId }: SchemaPublisher,
  names: Iterable<Named>,
): Promise<void> {
  const topic = topicName(prefix, 'lethe.schemas');
  const known = new Set<string>();
  for await (const { key } of bus.readAll(topic)) if (key !== null) known.add(key);
  const fresh = [...names].map((name) => publishedSchema(name)).filter(({ fingerprint }) => !known.has(fingerprint));
  if (fresh.length === 0) return;
  const producer = await bus.producer(client);
  try {
    await producer.send(
      fresh.map((schema) => ({
        topic,
        key: schema.fingerprint,
        value: encodeEvent('SchemaPublished', schema),
        headers: cloudEventHeaders({
          id: newId(),
          type: 'SchemaPublished',
          source: `/${prefix}/${service}`,
          time: new Date(),
        }),
      })),
    );
  } finally {
    await producer.close();
  }
}
