/**
 * The idempotent producer. kafkajs counts sequences by what it sent, so two sends in flight, or a send after one whose
 * outcome is unknown, can have a record swallowed as a duplicate of another: one send at a time, partitions chosen
 * before the first attempt, and a new producer after any error.
 */
import kafkajs, { type ICustomPartitioner, type Message, type Producer as KafkaProducer } from 'kafkajs';
import type { OutgoingRecord, Producer } from './bus.ts';
import { errorType, type KafkaAddress, type KafkaClient, kafkaClient, within } from './kafka-client.ts';
import { errorFields } from './logger.ts';

/** The broker's limit for a record batch is 1 MiB and MESSAGE_TOO_LARGE is not retriable. */
export const MAX_BYTES_PER_TOPIC = 900_000;
const MAX_BYTES_PER_SEND = 8_000_000;
const RECORD_OVERHEAD_BYTES = 70;
const CLOSE_MS = 5_000;

/** OUT_OF_ORDER_SEQUENCE_NUMBER, DUPLICATE_SEQUENCE_NUMBER, UNKNOWN_PRODUCER_ID: nothing was appended, the producer is at fault. */
const sequenceErrors = ['OUT_OF_ORDER_SEQUENCE_NUMBER', 'DUPLICATE_SEQUENCE_NUMBER', 'UNKNOWN_PRODUCER_ID'];
const SEQUENCE_ERROR_ATTEMPTS = 3;

const sizeOf = ({ key, value, headers }: OutgoingRecord): number => {
  let size = RECORD_OVERHEAD_BYTES + (value?.length ?? 0) + (key === null ? 0 : Buffer.byteLength(key));
  for (const [name, content] of Object.entries(headers)) {
    size += Buffer.byteLength(name) + Buffer.byteLength(content) + 10;
  }
  return size;
};

export interface TopicMessages {
  readonly topic: string;
  readonly messages: Message[];
}

/** In the given order; a part never holds more than 900 kB of one topic, except for a single record that is larger. */
export const splitSends = (records: readonly OutgoingRecord[]): readonly TopicMessages[][] => {
  const parts: TopicMessages[][] = [];
  let part = new Map<string, { bytes: number; messages: Message[] }>();
  let total = 0;
  const flush = (): void => {
    if (part.size > 0) parts.push([...part].map(([topic, { messages }]) => ({ topic, messages })));
    part = new Map();
    total = 0;
  };
  for (const record of records) {
    const size = sizeOf(record);
    if ((part.get(record.topic)?.bytes ?? 0) + size > MAX_BYTES_PER_TOPIC || total + size > MAX_BYTES_PER_SEND) flush();
    const entry = part.get(record.topic) ?? { bytes: 0, messages: [] };
    entry.bytes += size;
    total += size;
    entry.messages.push({ key: record.key, value: record.value, headers: { ...record.headers } });
    part.set(record.topic, entry);
  }
  flush();
  return parts;
};

/**
 * Kafka's default (murmur2 of the key), and for records without a key a choice that a repeated attempt keeps: kafkajs
 * asks again for every attempt, and a record that changes its partition meets another one's sequence number.
 */
export const steadyPartitioner: ICustomPartitioner = () => {
  const byKey = kafkajs.Partitioners.DefaultPartitioner();
  const chosen = new WeakMap<Message, number>();
  return (args) => {
    const known = chosen.get(args.message);
    if (known !== undefined) return known;
    const partition = byKey(args);
    chosen.set(args.message, partition);
    return partition;
  };
};

interface Connected {
  readonly client: KafkaClient;
  readonly producer: KafkaProducer;
}

export const kafkaProducer = async (address: KafkaAddress): Promise<Producer> => {
  let closed = false;
  let connected: Connected | null = null;
  let queue: Promise<void> = Promise.resolve();

  const open = async (): Promise<Connected> => {
    const client = kafkaClient(address);
    const producer = client.kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: steadyPartitioner,
    });
    try {
      await producer.connect();
    } catch (error) {
      client.destroy();
      throw error;
    }
    return { client, producer };
  };

  const drop = async (): Promise<void> => {
    const old = connected;
    connected = null;
    if (old === null) return;
    await within(CLOSE_MS, old.producer.disconnect());
    old.client.destroy();
  };

  const sendPart = async (topicMessages: TopicMessages[]): Promise<void> => {
    for (let attempt = 1; ; attempt += 1) {
      connected ??= await open();
      try {
        await connected.producer.sendBatch({ acks: -1, topicMessages });
        return;
      } catch (error) {
        address.logger.warn({ attempt, ...errorFields(error) }, 'a send failed; the next one takes a new producer');
        await drop();
        if (attempt >= SEQUENCE_ERROR_ATTEMPTS || !sequenceErrors.includes(errorType(error) ?? '')) throw error;
      }
    }
  };

  connected = await open();
  return {
    send(records) {
      const parts = splitSends(records);
      const sent = queue.then(async () => {
        if (closed) throw new Error('the producer is closed');
        for (const part of parts) await sendPart(part);
      });
      queue = sent.catch(() => undefined);
      return sent;
    },
    async close() {
      const last = queue;
      await last;
      closed = true;
      await drop();
    },
  };
};
