/**
 * One request is one trace, from the POST to the entry of its closing, and neither it nor any metric or health answer
 * holds what names the subject. `LETHE_PRINT_TRACE=1 npm test -- e2e/src/trace` prints the tree.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@lethe/testkit';
import { type Cell, type ServiceName, services, startCell } from './cell.ts';
import { type Collector, openCollector, type Span } from './collector.ts';
import { type Desk, openDesk } from './desk.ts';
import { feedRecord, publish, requestBody, signUp, visit } from './members.ts';
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
    const spans = (): Span[] => collector.spans.filter(({ traceId }) => traceId === CALLER.trace);
    // Each service tells its spans when it comes to it: a child may be told before its parent.
    const whole = (): boolean =>
      entryOf('SubjectRequestCompleted') !== undefined &&
      spans().every(({ parentSpanId }) => [CALLER.span, ...spans().map(({ spanId }) => spanId)].includes(parentSpanId));
    await waitFor(() => Promise.resolve(whole()), {
      what: 'the span of the last entry, and the parent of each',
      timeoutMs: 30_000,
    });
    const closing = entryOf('CaseClosed');
    expect(closing?.traceId).toBe(CALLER.trace);
    trace = spans();
    if (process.env['LETHE_PRINT_TRACE'] === '1') process.stdout.write(`\n${traceTree(trace)}\n\n`);

    const roots = trace.filter(({ parentSpanId }) => !trace.some(({ spanId }) => spanId === parentSpanId));
    expect(roots.map(({ service, name, parentSpanId }) => [service, name, parentSpanId])).toEqual([
      ['intake', 'POST /v1/subject-requests', CALLER.span],
    ]);
    expect(new Set(trace.map(({ service }) => service))).toEqual(new Set(services));
    // From the closing entry, parent by parent, to the POST.
    const parentOf = (span: Span): Span | undefined => trace.find(({ spanId }) => spanId === span.parentSpanId);
    const way: string[] = [];
    for (let at = closing; at !== undefined; at = parentOf(at)) {
      const { service, name, attributes } = at;
      way.unshift(`${service}: ${name.replace(`${cell.prefix}.`, '')} ${attributes['lethe.event'] ?? ''}`.trim());
    }
    expect(way.at(0)).toBe('intake: POST /v1/subject-requests');
    expect(way.at(-1)).toBe('audit: process case-events CaseClosed');
    expect(way).toContain('discovery: process requests SubjectRequestAccepted');
    expect(way).toContain('erasure: send case-events CaseClosed');
    // What the barrier said later belongs to it as well, and so does the answer that the team gave.
    for (const event of ['SubjectLocated', 'ErasureOrdered', 'ErasureAnswered', 'SubjectRequestCompleted']) {
      expect(trace.filter(({ attributes }) => attributes['lethe.event'] === event)).not.toEqual([]);
    }
    const entries = trace.flatMap(({ attributes }) => attributes['lethe.entry.index'] ?? []);
    expect(entries.map(Number).sort()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(trace.filter(({ failed }) => failed)).toEqual([]);
  }, 60_000);

  it('leaves no span of user events that bring no trace, nor of a look', () => {
    const topics = collector.spans.map(({ attributes }) => attributes['messaging.destination.name'] ?? '');
    expect(topics.filter((topic) => /user-events|observations/.test(topic))).toEqual([]);
    expect(collector.spans.filter(({ name }) => /health|metrics/.test(name))).toEqual([]);
  });

  it('goes with a user event that brings one', async () => {
    const event = signUp(`${MARK}-second`);
    const record = feedRecord(cell.prefix, event);
    const producer = await cell.bus.producer('upstream');
    const upstream = 'c'.repeat(31) + '3';
    await producer.send([
      { ...record, headers: { ...record.headers, traceparent: `00-${upstream}-${CALLER.span}-01` } },
    ]);
    await producer.close();
    const told = (): readonly string[] =>
      collector.spans.filter(({ traceId }) => traceId === upstream).map(({ service }) => service);
    await waitFor(() => Promise.resolve(['intake', 'discovery'].every((service) => told().includes(service))), {
      what: 'the spans of the event and of its observation',
      timeoutMs: 20_000,
    });
  }, 30_000);

  it('is the only place beside the logs where ids are, and no place holds what names the subject', async () => {
    const refs = await refsOf(cell);
    expect(refs.length).toBeGreaterThan(1);
    const texts = new Map([['spans', collector.raw]]);
    for (const name of services) {
      texts.set(`${name}'s log`, cell.output(name));
      for (const path of ['/metrics', '/health/live', '/health/ready', '/health/startup']) {
        texts.set(`${name}${path}`, await (await fetch(`${cell.url(name)}${path}`)).text());
      }
    }
    for (const [place, text] of texts) {
      for (const named of [MARK, ...refs])
        expect({ place, holds: text.includes(named) }).toEqual({ place, holds: false });
    }
    expect(collector.raw).toContain(request);
    for (const name of services) expect(texts.get(`${name}/metrics`)).not.toContain(request);
  }, 30_000);

  it('stands in metrics as numbers', async () => {
    const metric = async (name: ServiceName, series: RegExp): Promise<number> => {
      const text = await (await fetch(`${cell.url(name)}/metrics`)).text();
      return Number(series.exec(text)?.[1]);
    };
    const settled = async (): Promise<boolean> =>
      (await metric('erasure', /^lethe_orders_open\{.*system="desk".*\} (\d+)$/m)) === 0 &&
      (await metric('discovery', /^lethe_consumer_lag_messages\{.*\.requests",partition="\d".*\} (\d+)$/m)) === 0 &&
      (await metric('intake', /^lethe_requests_open\{.*state="in_progress".*\} (\d+)$/m)) === 0;
    await waitFor(settled, { what: 'the gauges to tell that nothing is open', timeoutMs: 20_000 });
    expect(await metric('audit', /^lethe_audit_entries_total\{.*\} (\d+)$/m)).toBe(6);
    expect(await metric('audit', /^lethe_audit_fact_to_entry_seconds_count\{.*publisher="erasure".*\} (\d+)$/m)).toBe(
      4,
    );
    expect(await metric('intake', /^lethe_events_passed_total\{.*\} (\d+)$/m)).toBeGreaterThan(0);
    for (const name of services) {
      expect(await metric(name, /^lethe_trace_spans_total\{.*outcome="sent".*\} (\d+)$/m)).toBeGreaterThan(0);
    }
  }, 40_000);
});

/** Every name under which discovery knows an identifier. */
async function refsOf(cell: Cell): Promise<readonly string[]> {
  const identities = await cell.mongo
    .db(`${cell.prefix}-discovery`)
    .collection<{ _id: string }>('identities')
    .find()
    .toArray();
  return identities.map(({ _id }) => _id);
}
