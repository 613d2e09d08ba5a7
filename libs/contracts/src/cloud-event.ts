import { eventNames } from './generated/events.ts';
import type { Named } from './generated/events.ts';

/** The envelope of an event: what stands in a Kafka record's headers. Never personal data. */
export interface CloudEvent {
  /** Unique per publication, a UUID. */
  readonly id: string;
  readonly type: Named;
  /** Who published it, a URI reference such as `/lethe/intake`. */
  readonly source: string;
  /** When it was published. */
  readonly time: Date;
  /** W3C trace context. */
  readonly traceparent?: string | undefined;
}

/** What could be made out of headers that anyone may have written. */
export type ParsedCloudEvent = { readonly [K in keyof CloudEvent]-?: CloudEvent[K] | undefined };

/** As Kafka clients hand them over: bytes, texts, several of one name, or none. */
export type KafkaHeaders = Readonly<Record<string, Uint8Array | string | readonly (Uint8Array | string)[] | undefined>>;

const typePrefix = 'lethe.';
/** No header of ours is longer; a longer one is not read at all. */
const maxHeaderLength = 256;

/** CloudEvents 1.0, Kafka protocol binding, binary mode. */
export function cloudEventHeaders(event: CloudEvent): Record<string, string> {
  const { id, type, source, time, traceparent } = event;
  return {
    ce_specversion: '1.0',
    ce_id: id,
    ce_type: `${typePrefix}${type}`,
    ce_source: source,
    ce_time: time.toISOString(),
    'content-type': 'application/avro',
    ...(traceparent === undefined ? {} : { traceparent }),
  };
}

/** Reads the envelope as far as it is one; what is missing, too long or malformed is undefined. */
export function parseCloudEvent(headers: KafkaHeaders): ParsedCloudEvent {
  const type = text(headers['ce_type']);
  const time = text(headers['ce_time']);
  const traceparent = text(headers['traceparent']);
  return {
    id: text(headers['ce_id']),
    type: eventNames.find((name) => type === `${typePrefix}${name}`),
    source: text(headers['ce_source']),
    time: time === undefined ? undefined : timeOf(time),
    traceparent: traceparent !== undefined && traceContext.test(traceparent) ? traceparent : undefined,
  };
}

const traceContext = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;
const rfc3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

function timeOf(value: string): Date | undefined {
  const time = new Date(value);
  return rfc3339.test(value) && !Number.isNaN(time.getTime()) ? time : undefined;
}

/** Printable ASCII only: a header may end up in a log line. */
function text(header: KafkaHeaders[string]): string | undefined {
  if (header === undefined || header.length > maxHeaderLength) return undefined;
  if (typeof header !== 'string' && !(header instanceof Uint8Array)) return undefined;
  const value = typeof header === 'string' ? header : Buffer.from(header).toString('latin1');
  return /^[\x21-\x7e]+$/.test(value) ? value : undefined;
}
