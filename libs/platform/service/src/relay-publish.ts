/** One batch of the relay, from outbox documents to records on their topics, with the spans of their publication. */
import type { OutgoingRecord, RelayProducer } from '@lethe/bus';
import type { OutboxDocument, OutboxEntry } from './outbox.ts';
import { sending, type Sending } from './tracing/sending.ts';
import type { Tracing } from './tracing/tracing.ts';

export interface Publishing {
  /** Turns an entry into a record: headers, and boxes opened where the topology says so. */
  readonly record: (entry: OutboxEntry, at: Date, traceparent?: string) => OutgoingRecord;
  /** Null: off. */
  readonly tracing?: Tracing | null;
}

/** The records are made first: one that cannot be made must not cost a number. */
export async function publishTraced(
  options: Publishing,
  producer: RelayProducer,
  documents: readonly OutboxDocument[],
  number: () => Promise<number>,
): Promise<{ readonly batch: number; readonly events: number }> {
  const spans = sending(options.tracing ?? null, documents);
  const records = recordsOf(options, documents, spans);
  const batch = await number();
  try {
    await producer.publish(records, batch);
  } catch (error) {
    spans.end('outcome_unknown');
    throw error;
  }
  spans.end();
  return { batch, events: records.length };
}

function recordsOf(
  options: Publishing,
  documents: readonly OutboxDocument[],
  { contextOf }: Sending,
): readonly OutgoingRecord[] {
  return documents.flatMap(({ at, entries }) => entries.map((entry) => options.record(entry, at, contextOf(entry))));
}
