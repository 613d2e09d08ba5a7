/** W3C trace context: what an order caused belongs to its trace. */
import { randomBytes } from 'node:crypto';

const shape = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** The same trace, a span of its own; undefined when there is no trace that it could be part of. */
export function childOf(traceparent: string | undefined): string | undefined {
  const [, trace, span, flags] = shape.exec(traceparent ?? '') ?? [];
  if (trace === undefined || span === undefined || /^0+$/.test(trace) || /^0+$/.test(span)) return undefined;
  return `00-${trace}-${newSpan()}-${flags ?? '00'}`;
}

/** All zeros would mean that there is none. */
function newSpan(): string {
  const span = randomBytes(8).toString('hex');
  return /^0+$/.test(span) ? newSpan() : span;
}
