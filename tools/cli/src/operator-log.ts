/**
 * What an operator did, told on `lethe.operator-events` for the audit log. A command tells it first and acts when Kafka
 * has acknowledged it, or publishes it in one transaction with what it speaks of: what nobody could record is not done.
 */
import { randomUUID } from 'node:crypto';
import type { Bus, OutgoingRecord } from '@lethe/bus';
import { type Emitted, topicName } from '@lethe/contracts';
import { directRecord, publishSchemasOf } from '@lethe/service/operating';
import { CommandError } from './command-error.ts';
import { exitCodes } from './exit-codes.ts';

const names = ['DeadLetterRevealed', 'DeadLetterRedriven', 'SubjectLookedUp'] as const;
export type OperatorFact = Emitted<(typeof names)[number]>;

export interface OperatorLog {
  /** Resolves when every fact is durable. Nothing that they speak of may happen before. */
  tell(facts: readonly OperatorFact[]): Promise<void>;
  close(): Promise<void>;
}

/** Under which name the command line publishes. */
export const service = 'command-line';
const outlets = new Map(names.map((name) => [name, { pattern: 'lethe.operator-events', opens: false }] as const));

/** The facts as records, for whoever publishes them together with what they speak of. */
export const factRecords = (prefix: string, facts: readonly OperatorFact[]): readonly OutgoingRecord[] => {
  const addressing = { prefix, service, outlets, newId: randomUUID };
  return facts.map((fact) => directRecord(fact, new Date(), addressing));
};

/**
 * After this every fact can be told, and read.
 * @param topics the deployment's, as Kafka lists them
 * @throws CommandError when there is nobody to tell
 */
export const prepareFacts = async (bus: Bus, prefix: string, topics: readonly string[]): Promise<void> => {
  const missing = (['lethe.operator-events', 'lethe.schemas'] as const)
    .map((pattern) => topicName(prefix, pattern))
    .filter((topic) => !topics.includes(topic));
  if (missing.length > 0) {
    throw new CommandError(
      exitCodes.refused,
      `what you are about to do cannot be told to the audit log: there is no topic ${missing.join(', ')}`,
      'Start the services once, they make their topics; check LETHE_PREFIX',
    );
  }
  await publishSchemasOf({ bus, prefix, service, client: 'schemas', newId: randomUUID }, names);
};

/**
 * @param topics the deployment's, as Kafka lists them
 * @throws CommandError when there is nobody to tell
 */
export const operatorLog = async (bus: Bus, prefix: string, topics: readonly string[]): Promise<OperatorLog> => {
  await prepareFacts(bus, prefix, topics);
  const producer = await bus.producer('operator-events');
  return {
    tell: (facts) => producer.send(factRecords(prefix, facts)),
    close: () => producer.close(),
  };
};
