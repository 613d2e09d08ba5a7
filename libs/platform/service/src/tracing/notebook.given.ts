/** Tracing that keeps what it is told, for specs: everything is recorded, ids count up. */
import type { OpenSpan, SpanAttributes, SpanStart, Tracing } from './tracing.ts';
import { partsOf, traceparentOf, type Traceparent } from './trace-context.ts';

export interface Noted extends SpanStart {
  readonly traceparent: Traceparent;
  readonly said: SpanAttributes;
  readonly failed: string | null;
}

export interface Notebook extends Tracing {
  /** Spans that were ended, in that order. */
  readonly noted: readonly Noted[];
  /** Of contexts that nobody vouches for. */
  admits: boolean;
}

export const traceId = (nth: number): string => nth.toString(16).padStart(32, '0');
const spanId = (nth: number): string => nth.toString(16).padStart(16, '0');
/** A context of somebody else's, recorded. */
export const contextIn = (trace: number, span = 0xabc): Traceparent => traceparentOf(traceId(trace), spanId(span));

export function notebook(): Notebook {
  const noted: Noted[] = [];
  let begun = 0;
  return {
    noted,
    admits: true,
    start: (span): OpenSpan => {
      begun += 1;
      const trace = span.parent === null ? traceId(0xf000 + begun) : partsOf(span.parent).traceId;
      const traceparent = traceparentOf(trace, spanId(begun));
      let said = span.attributes ?? {};
      let { name } = span;
      return {
        traceparent,
        set: (more) => void (said = { ...said, ...more }),
        rename: (to) => void (name = to),
        end: (failed) => void noted.push({ ...span, name, traceparent, said, failed: failed ?? null }),
      };
    },
    admit(context) {
      return this.admits ? context : null;
    },
    within: (_parent, act) => act(),
    active: () => null,
    close: () => Promise.resolve(),
  };
}
