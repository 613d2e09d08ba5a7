/** Which dead letters were redriven already, as lethe.operator-events tells it. */
import type { Bus } from '@lethe/bus';
import { ContractError, decodeEvent, type SchemaSet, schemaSet, topicName } from '@lethe/contracts';
import { addressText } from './address.ts';
import type { Letter } from './letters.ts';

/** When a letter was last redriven; null: it was not. */
export type Redriven = (letter: Pick<Letter, 'address' | 'appendedAt'>) => Date | null;

/** @param topics the deployment's */
export const readRedriven = async (bus: Bus, prefix: string, topics: readonly string[]): Promise<Redriven> => {
  const log = topicName(prefix, 'lethe.operator-events');
  if (!topics.includes(log)) return () => null;
  const schemas = await schemasOf(bus, prefix, topics);
  const last = new Map<string, Date>();
  for await (const { value, appendedAt } of bus.readAll(log)) {
    const fact = value === null ? null : decoded(value, schemas);
    if (fact?.name !== 'DeadLetterRedriven') continue;
    const { topic, partition, offset } = fact.event;
    const text = addressText({ topic, partition, offset });
    const known = last.get(text);
    if (known === undefined || known < appendedAt) last.set(text, appendedAt);
  }
  return ({ address, appendedAt }) => {
    const at = last.get(addressText(address)) ?? null;
    // A topic that was made anew counts from 0 again: what was told before the letter was there is of another one.
    return at !== null && at >= appendedAt ? at : null;
  };
};

/** Also those that a newer build writes. */
export const schemasOf = async (bus: Bus, prefix: string, topics: readonly string[]): Promise<SchemaSet> => {
  const schemas = schemaSet();
  const topic = topicName(prefix, 'lethe.schemas');
  if (!topics.includes(topic)) return schemas;
  for await (const { value } of bus.readAll(topic)) {
    const published = value === null ? null : decoded(value, schemas);
    if (published?.name === 'SchemaPublished') addTo(schemas, published.event.schema);
  }
  return schemas;
};

const decoded = (value: Buffer, schemas: SchemaSet) => passing(() => decodeEvent(value, schemas));

const addTo = (schemas: SchemaSet, schema: string): void => void passing(() => schemas.add(schema));

/** What this build cannot read says nothing here. */
const passing = <T>(read: () => T): T | null => {
  try {
    return read();
  } catch (error) {
    if (error instanceof ContractError) return null;
    throw error;
  }
};
