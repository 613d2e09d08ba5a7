/**
 * What an operator did, told on `lethe.operator-events` for the audit log. A command tells it first and acts when Kafka
 * has acknowledged it: what nobody could record is not done.
 */
import { randomUUID } from 'node:crypto';
import type { Bus } from '@lethe/bus';
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

const service = 'command-line';
const outlets = new Map(names.map((name) => [name, { pattern: 'lethe.operator-events', opens: false }] as const));

/**
 * @param topics the deployment's, as Kafka lists them
 * @throws CommandError when there is nobody to tell
 */
export const operatorLog = async (bus: Bus, prefix: string, topics: readonly string[]): Promise<OperatorLog> => {
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
  const producer = await bus.producer('operator-events');
  return {
    tell: (facts) => {
      const addressing = { prefix, service, outlets, newId: randomUUID };
      return producer.send(facts.map((fact) => directRecord(fact, new Date(), addressing)));
    },
    close: () => producer.close(),
  };
};
