/**
 * Traces, as the platform uses them. Null wherever tracing is off: nothing is loaded, made or written then. Spans hold
 * ids of requests, cases and orders, systems, topics and codes; never a ref, a value, a URL or a header's text.
 */
import type { Traceparent } from './trace-context.ts';

export type SpanAttributes = Readonly<Record<string, string | number>>;

export interface SpanStart {
  readonly name: string;
  readonly kind: 'server' | 'consumer' | 'producer' | 'internal';
  /** Null: a trace begins here, as often as the ratio says. */
  readonly parent: Traceparent | null;
  /** Other spans that this one goes back to; it is recorded when there are any. */
  readonly links?: readonly Traceparent[];
  readonly attributes?: SpanAttributes;
  /** Epoch milliseconds; now when it is not given. */
  readonly startedAt?: number;
}

export interface OpenSpan {
  readonly traceparent: Traceparent;
  set(attributes: SpanAttributes): void;
  rename(name: string): void;
  /** A span that is not ended is never told to anyone. @param failed a code: why it came to nothing */
  end(failed?: string): void;
}

export interface Tracing {
  /** Null: not recorded. */
  start(span: SpanStart): OpenSpan | null;
  /** A context that nobody vouches for is continued only as often as traces of our own are begun. */
  admit(context: Traceparent | null): Traceparent | null;
  /** What `act` does, awaited parts included, has this span for its parent. */
  within<T>(parent: Traceparent, act: () => T): T;
  active(): Traceparent | null;
  /** Tells what is ended, within a bound; never throws. */
  close(): Promise<void>;
}
