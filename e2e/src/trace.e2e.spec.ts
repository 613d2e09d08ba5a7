/**
 * One request is one trace, from the POST to the entry of its closing, and neither it nor any metric or health answer
 * holds what names the subject. `LETHE_PRINT_TRACE=1 npm test -- e2e/src/trace` prints the tree.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@lethe/testkit';
import { type Cell, services, startCell } from './cell.ts';
import { type Collector, openCollector, type Span } from './collector.ts';
import { type Desk, openDesk } from './desk.ts';
import { publish, requestBody, signUp, visit } from './members.ts';
import { traceTree } from './trace-tree.ts';

const MARK = 'canary9241';
const CALLER = { trace: 'a'.repeat(31) + '1', span: 'b'.repeat(15) + '2' };

describe('one trace', () => {
  let collector: Collector;
  let cell: Cell;
  let desk: Desk;
  let request: string;
  let trace: readonly Span[] = [];

  beforeAll(async () => {
    collector = await openCollector();
    cell = await startCell({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint } });
    desk = await openDesk(cell.bus, cell.prefix, () => ({ count: 3 }));
    await publish(cell.bus, cell.prefix, [signUp(MARK), visit(MARK), visit(MARK)]);
    const response = await cell.post('/v1/subject-requests', requestBody(MARK), {
      traceparent: `00-${CALLER.trace}-${CALLER.span}-01`,
      tracestate: `vendor=${MARK}`,
    });
    request = ((await response.json()) as { id: string }).id;
  }, 120_000);
  afterAll(async () => {
    await desk[Symbol.asyncDispose]();
    await cell[Symbol.asyncDispose]();
    await collector[Symbol.asyncDispose]();
  }, 60_000);

  const entryOf = (event: string): Span | undefined =>
    collector.spans.find(
      ({ service, attributes }) =>
        service === 'audit' &&
        attributes['lethe.event'] === event &&
        attributes['lethe.request.id'] === request &&
        attributes['lethe.entry.index'] !== undefined,
    );

  it('goes on from the caller to the closing entry and the completion', async () => {
    await waitFor(() => Promise.resolve(entryOf('SubjectRequestCompleted') !== undefined), {
      what: 'the span of the last entry',
      timeoutMs: 30_000,
    });
    const closing = entryOf('CaseClosed');
    expect(closing?.traceId).toBe(CALLER.trace);
    trace = collector.spans.filter(({ traceId }) => traceId === CALLER.trace);
    if (process.env['LETHE_PRINT_TRACE'] === '1') process.stdout.write(`\n${traceTree(trace)}\n\n`);

    const roots = trace.filter(({ parentSpanId }) => !trace.some(({ spanId }) => spanId === parentSpanId));
    expect(roots.map(({ service, name, parentSpanId }) => [service, name, parentSpanId])).toEqual([
      ['intake', 'POST /v1/subject-requests', CALLER.span],
    ]);
    expect(new Set(trace.map(({ service }) => service))).toEqual(new Set(services));
  }, 60_000);
});
