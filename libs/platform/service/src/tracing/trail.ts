/**
 * The spans of one attempt at a transaction. They are ended, and so told, only once it is committed: an attempt that
 * came to nothing leaves none. A record belongs to the trace that opened it, so what a timer or a team without a trace
 * makes it say later belongs to the same one.
 */
import type { RecordCommand } from '../handlers.ts';
import { areOneTrace, type Traceparent } from './trace-context.ts';
import type { OpenSpan, SpanAttributes, Tracing } from './tracing.ts';

/** The message that a command or a rule comes from; made only while tracing is on. */
export interface MessageSource {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly group: string;
  /** The event's name. */
  readonly name: string;
  /** Only as far as it is known to be an id of ours. */
  readonly ids: SpanAttributes;
  readonly requestId: string | null;
  /** What its header says, sampled; null for none. */
  readonly context: Traceparent | null;
  /** Written from outside Lethe: its context is continued as one that nobody vouches for. */
  readonly edge: boolean;
}

/** What gives a command when no message does. */
export interface OtherSource {
  readonly name: 'command' | 'due';
  readonly parent: Traceparent | null;
}

export interface Step {
  /** What comes of it carries this. */
  readonly traceparent: Traceparent;
  readonly span: OpenSpan;
  /** A message is always told; a timer or a task only when it changed something, for they look again and again. */
  tell: boolean;
  failed?: string;
}

export interface Trail {
  /** The span of a command. Null: neither its source nor its record is traced. */
  command(what: RecordCommand, belongsTo: Traceparent | undefined, source: MessageSource | undefined): Step | null;
  /** The span of a message that no single record stands for. */
  message(source: MessageSource): Step | null;
  /** What commands about this request carry, when one of the messages is about it. */
  ofRequest(requestId: string): Step | undefined;
  /** The messages that have spans of their own, for what rules have to say of them. */
  messages(): ReadonlyMap<MessageSource, Step>;
  committed(): void;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function openTrail(tracing: Tracing, other: OtherSource | undefined): Trail {
  const startedAt = Date.now();
  const steps: Step[] = [];
  const messages = new Map<MessageSource, Step>();
  const byRequest = new Map<string, Step>();

  const opened = (span: OpenSpan | null, tell: boolean): Step | null => {
    if (span === null) return null;
    const step = { traceparent: span.traceparent, span, tell };
    steps.push(step);
    return step;
  };
  const process = (source: MessageSource, parent: Traceparent, links: readonly Traceparent[]): Step | null => {
    const step = opened(
      tracing.start({
        name: `process ${source.topic}`,
        kind: 'consumer',
        parent,
        links,
        startedAt,
        attributes: {
          'messaging.system': 'kafka',
          'messaging.operation.name': 'process',
          'messaging.operation.type': 'process',
          'messaging.destination.name': source.topic,
          'messaging.destination.partition.id': String(source.partition),
          'messaging.kafka.offset': source.offset,
          'messaging.consumer.group.name': source.group,
          'lethe.event': source.name,
          ...source.ids,
        },
      }),
      true,
    );
    if (step !== null) messages.set(source, step);
    return step;
  };
  const vouchedFor = ({ context, edge }: MessageSource): Traceparent | null =>
    edge ? tracing.admit(context) : context;

  /**
   * A message from inside goes on in its record's trace where it comes from. One from outside goes on where its record
   * was opened, whatever it says: a team's own span may be known to nobody else, so it is linked, if it is of this trace.
   */
  const origin = (source: MessageSource, belongsTo: Traceparent | undefined) => {
    if (belongsTo === undefined) return { parent: vouchedFor(source), links: [] };
    const { context, edge } = source;
    if (context === null || !areOneTrace(context, belongsTo)) return { parent: belongsTo, links: [] };
    return edge ? { parent: belongsTo, links: [context] } : { parent: context, links: [] };
  };

  return {
    command: ({ kind: { collection }, record, command }, belongsTo, source) => {
      if (source !== undefined) {
        const { parent, links } = origin(source, belongsTo);
        return parent === null ? null : process(source, parent, links);
      }
      const parent = other?.parent ?? belongsTo ?? null;
      if (parent === null) return null;
      const ids: SpanAttributes = UUID.test(record) ? { 'lethe.request.id': record } : {};
      const attributes = { 'lethe.records': collection, ...typeOf(command), ...ids };
      const name = `${other?.name ?? 'command'} ${collection}`;
      return opened(tracing.start({ name, kind: 'internal', parent, startedAt, attributes }), false);
    },
    message: (source) => {
      const parent = vouchedFor(source);
      const step = parent === null ? null : process(source, parent, []);
      if (step !== null && source.requestId !== null) byRequest.set(source.requestId, step);
      return step;
    },
    ofRequest: (requestId) => byRequest.get(requestId),
    messages: () => messages,
    committed: () => {
      const told = steps.filter(({ tell }) => tell);
      for (const { span, failed } of told) span.end(failed);
      if (messages.size < 2) return;
      const links = [...messages.values()].map(({ traceparent }) => traceparent);
      const attributes = { 'messaging.system': 'kafka', 'messaging.batch.message_count': links.length };
      tracing.start({ name: 'transaction', kind: 'internal', parent: null, links, startedAt, attributes })?.end();
    },
  };
}

/** Commands of ours are named by a field of theirs. */
function typeOf(command: unknown): SpanAttributes {
  const type = typeof command === 'object' && command !== null && 'type' in command ? command.type : undefined;
  return typeof type === 'string' ? { 'lethe.command': type } : {};
}
