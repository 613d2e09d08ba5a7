/** Every span that ended is told once, as sent or as lost, whatever the collector does. */
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { openTelemetry } from './open-telemetry.ts';
import type { Tracing } from './tracing.ts';

const silent = (): void => undefined;
/** The SDK hands one batch on at once; these are on their way, not in the queue. */
const ON_THEIR_WAY = 512;
const QUEUED = 4_096;
const SPANS = 5_000;

describe('spans that end', () => {
  const before = { ...process.env };
  let collector: Server | null = null;
  let tracing: Tracing | null = null;
  let told = { sent: 0, lost: 0 };

  afterEach(async () => {
    process.env = { ...before };
    await tracing?.close();
    collector?.closeAllConnections();
    await new Promise<void>((resolve) => (collector === null ? resolve() : collector.close(() => resolve())));
    told = { sent: 0, lost: 0 };
  });

  const opened = async (collects: RequestListener, timeoutMs: number): Promise<Tracing> => {
    collector = createServer(collects).listen(0, '127.0.0.1');
    await once(collector, 'listening');
    const address = collector.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = `http://127.0.0.1:${port}`;
    process.env['OTEL_EXPORTER_OTLP_TIMEOUT'] = String(timeoutMs);
    const about = { service: 's', prefix: 'p', logger: { info: silent, warn: silent } };
    const count = (outcome: 'sent' | 'lost', spans: number): void => void (told[outcome] += spans);
    return (tracing = openTelemetry({ exporter: 'otlp', ratio: 1 }, { ...about, told: count }));
  };
  const end = (opened: Tracing, spans: number): void => {
    for (let nth = 0; nth < spans; nth += 1) opened.start({ name: 'a', kind: 'server', parent: null })?.end();
  };

  it('are lost beyond the queue as soon as it is full, and all of them with a collector that never answers', async () => {
    const traced = await opened(silent, 500);
    end(traced, SPANS);
    expect(told).toEqual({ sent: 0, lost: SPANS - QUEUED - ON_THEIR_WAY });
    await traced.close();
    // A close ends with the first batch that failed; the others fail on their own.
    while (told.lost < SPANS) await new Promise(setImmediate);
    expect(told).toEqual({ sent: 0, lost: SPANS });
  });

  it('are sent to one that answers, and lost once all is over', async () => {
    const traced = await opened((request, response) => {
      request.resume().once('end', () => response.setHeader('content-type', 'application/json').end('{}'));
    }, 10_000);
    const late = traced.start({ name: 'late', kind: 'server', parent: null });
    end(traced, 700);
    await traced.close();
    expect(told).toEqual({ sent: 700, lost: 0 });
    late?.end();
    expect(told).toEqual({ sent: 700, lost: 1 });
  });
});
