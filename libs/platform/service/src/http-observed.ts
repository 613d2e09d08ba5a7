/** What is told of an HTTP request: its method, its route's pattern, its status, its time. Never a path, a query or a header. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { httpDuration } from './metrics/platform-metrics.ts';
import type { ServiceRuntime } from './runtime.ts';
import { readTraceparent } from './tracing/trace-context.ts';
import type { OpenSpan, Tracing } from './tracing/tracing.ts';

/** The status of a request whose connection ended before its answer was out: what the answer would say is nobody's. */
const ABORTED = 'aborted';

type Middleware = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
/** Asked every few seconds by machines: measured, and no trace is wanted. */
const OF_MACHINES = /^\/(health\/|metrics$)/;

export function observeHttp({ metrics, tracing }: Pick<ServiceRuntime, 'metrics' | 'tracing'>): Middleware {
  return (request, response, next) => {
    const method = METHODS.has(request.method ?? '') ? (request.method ?? '') : '_OTHER';
    const began = performance.now();
    const span = tracing === null ? null : spanOf(tracing, request, method);
    response.once('close', () => {
      const route = routeOf(request);
      const { statusCode, headersSent, writableFinished } = response;
      const labels = { method, route: route ?? 'none', status: writableFinished ? String(statusCode) : ABORTED };
      metrics.observe(httpDuration, (performance.now() - began) / 1_000, labels);
      if (span === null) return;
      span.rename(route === null ? method : `${method} ${route}`);
      // Until the head is out, the status is only what Node begins with.
      if (headersSent) span.set({ 'http.response.status_code': statusCode });
      if (route !== null) span.set({ 'http.route': route });
      span.end(writableFinished && statusCode < 500 ? undefined : labels.status);
    });
    if (tracing === null || span === null) next();
    else tracing.within(span.traceparent, next);
  };
}

function spanOf(tracing: Tracing, { url = '', headers }: IncomingMessage, method: string): OpenSpan | null {
  if (OF_MACHINES.test(url)) return null;
  const header = headers['traceparent'];
  const given = readTraceparent(typeof header === 'string' ? header : undefined);
  const parent = given?.sampled === true ? tracing.admit(given.traceparent) : null;
  // Who says that nobody records it, or was not admitted, has no new trace begun for it either.
  if (given !== null && parent === null) return null;
  return tracing.start({ name: method, kind: 'server', parent, attributes: { 'http.request.method': method } });
}

/** The pattern that the router matched, e.g. `/v1/cases/:id`; null when it matched none. */
function routeOf(request: IncomingMessage): string | null {
  const route: unknown = Reflect.get(request, 'route');
  const path: unknown = typeof route === 'object' && route !== null ? Reflect.get(route, 'path') : null;
  return typeof path === 'string' ? path : null;
}
