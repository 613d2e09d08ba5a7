import { afterEach, describe, expect, it } from '@jest/globals';
import { contextIn, traceId } from './notebook.given.ts';
import { openTelemetry } from './open-telemetry.ts';
import { partsOf } from './trace-context.ts';
import type { Tracing } from './tracing.ts';

const silent = (): void => undefined;
const about = { service: 's', prefix: 'p', logger: { info: silent, warn: silent }, told: silent };
const TIMES = 4_000;

describe('OpenTelemetry behind the port', () => {
  let tracing: Tracing | null = null;
  const open = (ratio: number): Tracing => (tracing = openTelemetry({ exporter: 'otlp', ratio }, about));
  afterEach(() => tracing?.close());

  it('continues a context and begins a trace of its own without one', () => {
    const opened = open(1);
    const child = opened.start({ name: 'a', kind: 'consumer', parent: contextIn(1) });
    expect(partsOf(child?.traceparent ?? '').traceId).toBe(traceId(1));
    const root = opened.start({ name: 'b', kind: 'server', parent: null });
    expect(partsOf(root?.traceparent ?? '').traceId).not.toBe(traceId(1));
  });

  it('records the part of new traces that the ratio says, and what a recorded one leads to', () => {
    const opened = open(0.1);
    const begun = Array.from({ length: TIMES }, () => opened.start({ name: 'a', kind: 'server', parent: null }));
    const recorded = begun.filter((span) => span !== null).length;
    expect(recorded).toBeGreaterThan(TIMES * 0.06);
    expect(recorded).toBeLessThan(TIMES * 0.14);
    expect(opened.start({ name: 'a', kind: 'internal', parent: null, links: [contextIn(1)] })).not.toBeNull();
    expect(opened.start({ name: 'a', kind: 'consumer', parent: contextIn(1) })).not.toBeNull();
  });

  it('lets no stranger choose what is recorded, also not by one lucky trace id', () => {
    const opened = open(0.1);
    for (const lucky of [0, 1, 0xffff_ffff]) {
      const admitted = Array.from({ length: TIMES }, () => opened.admit(contextIn(lucky))).filter(
        (each) => each !== null,
      );
      expect(admitted.length).toBeGreaterThan(TIMES * 0.06);
      expect(admitted.length).toBeLessThan(TIMES * 0.14);
    }
    expect(opened.admit(null)).toBeNull();
  });

  it('knows what is being done through awaited parts', async () => {
    const opened = open(1);
    const seen = await opened.within(contextIn(3), async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return opened.active();
    });
    expect(seen).toBe(contextIn(3));
    expect(opened.active()).toBeNull();
  });
});
