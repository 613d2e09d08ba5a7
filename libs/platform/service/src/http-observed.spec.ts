import 'reflect-metadata';
import { once } from 'node:events';
import { request } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Body, Controller, Get, Module, Post } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { HealthFacts } from './health.ts';
import { createApp } from './http-app.ts';
import { createMetrics, type Metrics } from './metrics/metrics.ts';
import { metrics as declared } from './metrics/platform-metrics.ts';
import { contextIn, notebook, type Notebook } from './tracing/notebook.given.ts';

const marked = 'MARKED.person@example.com';

/** Those who wait for an answer that does not come, until the test has seen enough. */
const waiting: (() => void)[] = [];

@Controller('v1/things')
class ThingsController {
  @Post()
  make(@Body() _body: unknown): object {
    return {};
  }
  @Get('slow')
  wait(): Promise<object> {
    return new Promise((resolve) => waiting.push(() => resolve({})));
  }
  @Get(':id')
  show(): object {
    return {};
  }
}

@Module({ controllers: [ThingsController] })
class ThingsModule {}

const until = async (seen: () => boolean): Promise<void> => {
  while (!seen()) await new Promise(setImmediate);
};
const silent = (): void => undefined;
const logger = { debug: silent, info: silent, warn: silent, error: silent };
const facts: HealthFacts = {
  started: true,
  draining: false,
  consumer: null,
  relay: null,
  outbox: { events: 0, oldestMs: 0 },
  congested: false,
  clockOffMs: 0,
  storeSilentMs: 0,
  kafkaAnsweringMs: 0,
  kafkaSilentMs: 0,
};
const watch = {
  facts: () => facts,
  congested: () => false,
  started: silent,
  draining: silent,
  stop: () => Promise.resolve(),
};

describe('an HTTP request', () => {
  let app: NestExpressApplication;
  let url = '';
  let metrics: Metrics;
  let book: Notebook;
  const inside: string[] = [];

  beforeAll(async () => {
    metrics = createMetrics('made-up', declared);
    book = notebook();
    const tracing = {
      ...book,
      admit: (context: string | null) => book.admit(context),
      within: <T>(parent: string, act: () => T): T => (inside.push(parent), act()),
    };
    app = await createApp(ThingsModule, watch, { metrics, tracing }, logger);
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
  });
  afterAll(() => app.close());
  beforeEach(() => {
    book.admits = true;
    inside.length = 0;
  });

  /** The spans that a request leaves. */
  const spansOf = async (path: string, init: RequestInit = {}) => {
    const before = book.noted.length;
    await (await fetch(`${url}${path}`, init)).text();
    // Told when the response is over on the server's side, which may be a moment later than on ours.
    for (let turn = 0; turn < 20 && book.noted.length === before; turn += 1) await new Promise(setImmediate);
    return book.noted.slice(before);
  };

  it('is a span by the pattern of its route, without path, query or header', async () => {
    const spans = await spansOf(`/v1/things/${marked}?name=${marked}`, { headers: { 'x-name': marked } });
    expect(spans).toMatchObject([
      {
        name: 'GET /v1/things/:id',
        kind: 'server',
        parent: null,
        said: { 'http.request.method': 'GET', 'http.route': '/v1/things/:id', 'http.response.status_code': 200 },
        failed: null,
      },
    ]);
    expect(JSON.stringify(spans)).not.toContain(marked);
    expect(inside).toEqual([spans[0]?.traceparent]);
  });

  it('has no name of its own making when there is no such route', async () => {
    const spans = await spansOf(`/${marked}`, { method: 'DELETE' });
    expect(spans.map(({ name }) => name)).toEqual(['DELETE']);
    expect(JSON.stringify(spans)).not.toContain(marked);
  });

  it('continues a context that is recorded, as often as strangers are admitted', async () => {
    const headers = { traceparent: contextIn(4), tracestate: `vendor=${marked}`, baggage: `name=${marked}` };
    expect(await spansOf('/v1/things/1', { headers })).toMatchObject([{ parent: contextIn(4) }]);
    book.admits = false;
    expect(await spansOf('/v1/things/1', { headers })).toEqual([]);
    expect(await spansOf('/v1/things/1', { headers: { traceparent: `${contextIn(4).slice(0, -2)}00` } })).toEqual([]);
    // One that is none is as if nothing had been sent.
    expect(await spansOf('/v1/things/1', { headers: { traceparent: marked } })).toMatchObject([{ parent: null }]);
  });

  it('that the client gave up on was not answered', async () => {
    const asked = request(`${url}/v1/things/slow`);
    const broken = once(asked, 'error');
    asked.end();
    await until(() => waiting.length > 0);
    const before = book.noted.length;
    asked.destroy(new Error('given up'));
    await broken;
    await until(() => book.noted.length > before);
    for (const answer of waiting.splice(0)) answer();
    const spans = book.noted.slice(before);
    expect(spans).toMatchObject([{ name: 'GET /v1/things/slow', failed: 'aborted' }]);
    expect(spans[0]?.said).not.toHaveProperty(['http.response.status_code']);
    const text = await metrics.text();
    expect(text).toMatch(/_count\{service="made-up",method="GET",route="\/v1\/things\/slow",status="aborted"\} 1$/m);
    expect(text).not.toMatch(/route="\/v1\/things\/slow",status="200"/);
  });

  it('of a machine that looks every few seconds is no span', async () => {
    for (const path of ['/health/live', '/health/ready', '/health/startup', '/metrics']) {
      expect(await spansOf(path)).toEqual([]);
    }
  });

  it('is measured by method, route and status, whatever was asked for', async () => {
    await spansOf('/v1/things', { method: 'POST', body: marked, headers: { 'content-type': 'application/json' } });
    const text = await metrics.text();
    const counted = (labels: string): RegExp =>
      new RegExp(`^lethe_http_request_duration_seconds_count\\{service="made-up",${labels}\\} [1-9]`, 'm');
    expect(text).toMatch(counted('method="GET",route="/v1/things/:id",status="200"'));
    expect(text).toMatch(counted('method="DELETE",route="none",status="404"'));
    expect(text).toMatch(counted('method="POST",route="none",status="400"'));
    expect(text).not.toContain(marked);
  });
});
