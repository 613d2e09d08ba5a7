/** W3C trace context as it stands in a header: read with suspicion, written in one form. Trace state is not passed on. */

/** `00-<trace>-<span>-01`: the context of a span that is recorded. What nobody records has none. */
export type Traceparent = string;

export interface ReadContext {
  readonly traceparent: Traceparent;
  /** The writer says that it records this trace. */
  readonly sampled: boolean;
}

const SHAPE = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const SAMPLED = 1;

/** Null for what is no context of version 00. */
export function readTraceparent(header: string | undefined): ReadContext | null {
  if (header?.length !== 55) return null;
  const [, version, trace = '', span = '', flags = ''] = SHAPE.exec(header) ?? [];
  if (version !== '00' || /^0+$/.test(trace) || /^0+$/.test(span)) return null;
  return { traceparent: traceparentOf(trace, span), sampled: (Number.parseInt(flags, 16) & SAMPLED) === SAMPLED };
}

/** The context of a message, when it is one of a trace that is recorded. */
export function sampledContext(header: string | undefined): Traceparent | null {
  const read = readTraceparent(header);
  return read?.sampled === true ? read.traceparent : null;
}

export function traceparentOf(traceId: string, spanId: string): Traceparent {
  return `00-${traceId}-${spanId}-01`;
}

export function partsOf(traceparent: Traceparent): { readonly traceId: string; readonly spanId: string } {
  const [, traceId = '', spanId = ''] = traceparent.split('-');
  return { traceId, spanId };
}

export function areOneTrace(a: Traceparent, b: Traceparent): boolean {
  return partsOf(a).traceId === partsOf(b).traceId;
}
