/** The spans of a relay's batch: one per traced entry, whose context goes out with it. */
import type { OutboxDocument, OutboxEntry } from '../outbox.ts';
import type { OpenSpan, Tracing } from './tracing.ts';

export interface Sending {
  /** What the header of this entry says. */
  readonly contextOf: (entry: OutboxEntry) => string | undefined;
  /** @param failed nobody knows whether it was published */
  end(failed?: string): void;
}

const untraced: Sending = { contextOf: () => undefined, end: () => undefined };

export function sending(tracing: Tracing | null, documents: readonly OutboxDocument[]): Sending {
  if (tracing === null) return untraced;
  const spans = new Map<string, OpenSpan>();
  for (const { entries } of documents) {
    for (const { id, topic, name, trace } of entries) {
      if (trace === undefined || name === null) continue;
      const span = tracing.start({
        name: `send ${topic}`,
        kind: 'producer',
        parent: trace,
        attributes: {
          'messaging.system': 'kafka',
          'messaging.operation.name': 'send',
          'messaging.operation.type': 'send',
          'messaging.destination.name': topic,
          'messaging.message.id': id,
          'lethe.event': name,
        },
      });
      if (span !== null) spans.set(id, span);
    }
  }
  return {
    contextOf: ({ id }) => spans.get(id)?.traceparent,
    end: (failed) => {
      for (const span of spans.values()) span.end(failed);
    },
  };
}
