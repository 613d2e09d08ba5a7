/** What an operator does becomes a fact of the audit log before it is done. */
import { randomUUID } from 'node:crypto';
import type { Bus } from '@lethe/bus';
import { cloudEventHeaders, encodeEvent, type EventOf, publishedSchema, topicName } from '@lethe/contracts';

export type OperatorFact = 'SubjectLookedUp' | 'DeadLetterRevealed' | 'DeadLetterRedriven';

/** Resolves when the brokers have it; what the fact tells of may be done only then. */
export const tellFact = async <N extends OperatorFact>(
  bus: Bus,
  prefix: string,
  name: N,
  fact: EventOf<N>,
): Promise<void> => {
  const time = new Date();
  const envelope = (type: OperatorFact | 'SchemaPublished') =>
    cloudEventHeaders({ id: randomUUID(), type, source: `/${prefix}/lethe`, time });
  const schema = publishedSchema(name);
  const producer = await bus.producer('facts');
  try {
    // Its schema first, so that an audit of another release waits for nothing.
    await producer.send([
      {
        topic: topicName(prefix, 'lethe.schemas'),
        key: schema.fingerprint,
        value: encodeEvent('SchemaPublished', schema),
        headers: envelope('SchemaPublished'),
      },
    ]);
    await producer.send([
      {
        topic: topicName(prefix, 'lethe.operator-events'),
        key: fact.actor,
        value: encodeEvent(name, fact),
        headers: envelope(name),
      },
    ]);
  } finally {
    await producer.close();
  }
};
