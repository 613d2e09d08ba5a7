/** Before its first event a service publishes the schemas that it writes: a rolling upgrade then dead-letters nothing. */
import { cloudEventHeaders, encodeEvent, publishedSchema, topicName } from '@lethe/contracts';
import { outletsOf } from './topology.ts';
import type { ServiceRuntime } from './runtime.ts';

/** Only what is not there yet: a start says nothing new most of the time. */
export async function publishSchemas(runtime: ServiceRuntime, prefix: string): Promise<void> {
  const topic = topicName(prefix, 'lethe.schemas');
  const known = new Set<string>();
  for await (const { key } of runtime.bus.readAll(topic)) if (key !== null) known.add(key);
  const fresh = [...outletsOf(runtime.topology).keys()]
    .map((name) => publishedSchema(name))
    .filter(({ fingerprint }) => !known.has(fingerprint));
  if (fresh.length === 0) return;
  const producer = await runtime.bus.producer(`${runtime.group}-schemas`);
  try {
    await producer.send(
      fresh.map((schema) => ({
        topic,
        key: schema.fingerprint,
        value: encodeEvent('SchemaPublished', schema),
        headers: cloudEventHeaders({
          id: runtime.addressing.newId(),
          type: 'SchemaPublished',
          source: `/${prefix}/${runtime.addressing.service}`,
          time: new Date(),
        }),
      })),
    );
  } finally {
    await producer.close();
  }
}
