/**
 * Publishes the facts of a redrive and its records in one Kafka transaction: a letter is told as redriven when its record
 * is on its topic, and not otherwise. One redrive at a time per deployment: opening fences the one before it.
 */
import { randomInt } from 'node:crypto';
import { type Bus, errorType, type OutgoingRecord } from '@lethe/bus';
import { topicName } from '@lethe/contracts';
import { CommandError } from '../command-error.ts';
import { outsideError } from '../deployment/outside-error.ts';
import { exitCodes } from '../exit-codes.ts';
import { factRecords, type OperatorFact, prepareFacts, service } from '../operator-log.ts';

export interface Together {
  /** Resolves when all of it is durable. @throws NotPublished */
  publish(facts: readonly OperatorFact[], records: readonly OutgoingRecord[]): Promise<void>;
  close(): Promise<void>;
}

/** Of one publication everything is there or nothing; this says what is known of it. */
export class NotPublished extends Error {
  override readonly name = 'NotPublished';
  /** `nothing` arrived; `unknown`; or another redrive fenced this one, `fenced`. */
  readonly arrived: 'nothing' | 'unknown' | 'fenced';
  constructor(arrived: NotPublished['arrived'], cause: unknown) {
    super(outsideError(cause)?.message ?? 'Kafka did not do it', { cause });
    this.arrived = arrived;
  }
}

/** Marks one publication among all. */
const newMark = (): number => randomInt(1, 2 ** 47);

/**
 * What any redrive before this one published can be read from now on, and no such one publishes any more.
 * @param topics the deployment's, as Kafka lists them
 * @throws CommandError when there is nobody to tell
 */
export const together = async (bus: Bus, prefix: string, topics: readonly string[]): Promise<Together> => {
  await prepareFacts(bus, prefix, topics);
  const positions = topicName(prefix, 'lethe.relay-positions');
  if (!topics.includes(positions)) {
    throw new CommandError(
      exitCodes.refused,
      `a redrive needs the topic ${positions}, which is not there`,
      'Start the services once, they make their topics; check LETHE_PREFIX',
    );
  }
  const open = async () => {
    const opened = await bus.relayProducer(`${prefix}-${service}-relay`, positions);
    // Asked until it is there: a publication does not wait for a coordinator that is only coming up.
    return { producer: opened, position: await opened.position() };
  };
  let { producer } = await open();

  /** Opening anew undoes what was begun, so that no reader waits for its end, and shows whether it was the last. */
  const became = async (mark: number): Promise<'everything' | 'nothing' | 'unknown'> => {
    try {
      await producer.close();
      const opened = await open();
      producer = opened.producer;
      return opened.position === mark ? 'everything' : 'nothing';
    } catch {
      return 'unknown'; // told with the error that led here
    }
  };

  return {
    publish: async (facts, records) => {
      const mark = newMark();
      try {
        await producer.publish([...factRecords(prefix, facts), ...records], mark);
      } catch (error) {
        if (errorType(error) === 'INVALID_PRODUCER_EPOCH') throw new NotPublished('fenced', error);
        const arrived = await became(mark);
        if (arrived !== 'everything') throw new NotPublished(arrived, error);
      }
    },
    close: () => producer.close(),
  };
};
