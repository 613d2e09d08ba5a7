/**
 * The transactional producer of a relay. Kafka itself fences: whoever opens the id last owns it, and the position that
 * is committed with the records says what was published. docs/bus.md, "Outbox and relay", gives each rule's reason.
 */
import type { Producer as KafkaProducer } from 'kafkajs';
import type { OutgoingRecord, RelayProducer } from './bus.ts';
import { groupOffsets } from './group-offsets.ts';
import { errorType, type KafkaAddress, kafkaClient, within } from './kafka-client.ts';
import { splitSends, steadyPartitioner } from './kafka-producer.ts';
import { backOffMs } from './retry.ts';

const TRANSACTION_TIMEOUT_MS = 15_000;
const CLOSE_MS = 5_000;
const EMPTY_PUBLISH_ATTEMPTS = 8;

type Transaction = Awaited<ReturnType<KafkaProducer['transaction']>>;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export const kafkaRelayProducer = async (
  address: KafkaAddress,
  transactionalId: string,
  positions: string,
): Promise<RelayProducer> => {
  const client = kafkaClient(address);
  const producer = client.kafka.producer({
    transactionalId,
    idempotent: true,
    maxInFlightRequests: 1,
    transactionTimeout: TRANSACTION_TIMEOUT_MS,
    allowAutoTopicCreation: false,
    createPartitioner: steadyPartitioner,
  });
  const admin = client.kafka.admin();
  let broken = false;
  let publishing: Promise<void> = Promise.resolve();

  const leave = async (): Promise<void> => {
    await within(CLOSE_MS, Promise.all([producer.disconnect(), admin.disconnect()]));
    client.destroy();
  };

  try {
    await producer.connect();
    await admin.connect();
    // connect() does not initialise the transactional id (and so fences nobody); the first transaction does.
    const first = await producer.transaction();
    await first.abort();
  } catch (error) {
    await leave();
    throw error;
  }

  const sendPosition = (transaction: Transaction, position: number): Promise<void> =>
    transaction.sendOffsets({
      consumerGroupId: transactionalId,
      topics: [{ topic: positions, partitions: [{ partition: 0, offset: String(position) }] }],
    });

  /**
   * kafkajs does not repeat AddOffsetsToTxn while the previous transaction's markers are being written. After a send
   * that has passed already, so records go first; without records the request (which then did nothing) is repeated here.
   */
  const sendPositionAlone = async (transaction: Transaction, position: number): Promise<void> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await sendPosition(transaction, position);
        return;
      } catch (error) {
        if (errorType(error) !== 'CONCURRENT_TRANSACTIONS' || attempt === EMPTY_PUBLISH_ATTEMPTS) throw error;
        await pause(
          backOffMs(attempt, Math.random(), { firstDelayMs: 10, maxDelayMs: 500, maxAttempts: 0, maxElapsedMs: 0 }),
        );
      }
    }
  };

  const publish = async (records: readonly OutgoingRecord[], position: number): Promise<void> => {
    if (broken) throw new Error(`the relay producer ${transactionalId} failed before: open a new one and take over`);
    try {
      const transaction = await producer.transaction();
      for (const topicMessages of splitSends(records)) await transaction.sendBatch({ acks: -1, topicMessages });
      if (records.length > 0) await sendPosition(transaction, position);
      else await sendPositionAlone(transaction, position);
      await transaction.commit();
    } catch (error) {
      // Never abort, never commit again: the outcome is unknown until a new producer has fenced this one.
      broken = true;
      throw error;
    }
  };

  return {
    async position() {
      const known = await groupOffsets(admin, transactionalId, [positions]);
      return known.find(({ partition }) => partition === 0)?.offset ?? null;
    },
    publish(records, position) {
      const published = publishing.then(() => publish(records, position));
      publishing = published.catch(() => undefined);
      return published;
    },
    async close() {
      const last = publishing;
      await within(CLOSE_MS, last);
      broken = true;
      await leave();
    },
  };
};
