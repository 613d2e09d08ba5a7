/** A kafkajs batch as the port sees it. */
import type { Batch as KafkaBatch, IHeaders } from 'kafkajs';
import type { Batch, BusRecord } from './bus.ts';
import { isTail } from './read-committed.ts';
import { recordHeaders } from './record-headers.ts';

const headerText = (value: IHeaders[string]): string => {
  const last = Array.isArray(value) ? value.at(-1) : value;
  return last === undefined ? '' : last.toString();
};

/** kafkajs has the fetch position on the batch, not in its types. */
const fetchedFrom = (batch: KafkaBatch): number => {
  const offset: unknown = Reflect.get(batch, 'fetchedOffset');
  if (typeof offset !== 'string') throw new Error('kafkajs no longer says where a fetch began');
  return Number(offset);
};

export const batchOf = (batch: KafkaBatch): Batch => {
  const records: BusRecord[] = [];
  for (const message of batch.messages) {
    if (isTail(message)) continue;
    records.push({
      offset: Number(message.offset),
      key: message.key?.toString() ?? null,
      value: message.value,
      headers: recordHeaders(Object.entries(message.headers ?? {}).map(([name, value]) => [name, headerText(value)])),
      appendedAt: new Date(Number(message.timestamp)),
    });
  }
  const last = batch.messages.at(-1);
  const from = fetchedFrom(batch);
  return {
    topic: batch.topic,
    partition: batch.partition,
    fetchedFrom: from,
    next: last === undefined ? from : Number(last.offset) + 1,
    // The stable offset may lag behind the marker that was just read.
    end: Math.max(Number(batch.highWatermark), last === undefined ? 0 : Number(last.offset) + 1),
    records,
  };
};
