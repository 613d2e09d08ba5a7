import 'reflect-metadata';
import { gzipSync } from 'node:zlib';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Body, Controller, Get, Module, Post } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { StoreError } from '@lethe/store';
import { z } from 'zod';
import type { HealthFacts } from './health.ts';
import { createApp } from './http-app.ts';
import type { Logger } from './logger.ts';
import { createMetrics } from './metrics/metrics.ts';
import { eventsPublished, metrics as declared } from './metrics/platform-metrics.ts';
import { parseBody } from './problem.ts';

const marked = 'MARKED.person@example.com';

@Controller('things')
class ThingsController {
  @Post()
  make(@Body() body: unknown): object {
    return parseBody(z.strictObject({ name: z.string().max(5), count: z.number().int() }), body);
  }
  @Get('of/:name')
  ofName(): string {
    return 'found';
  }
  @Get('failing')
  failing(): never {
    throw new Error(`duplicate key ${marked}`);
  }
  @Get('waiting')
  waiting(): never {
    throw new StoreError('conflict', 'a record has moved on');
  }
}

@Module({ controllers: [ThingsController] })
class ThingsModule {}

let facts: HealthFacts = {
  started: true,
  draining: false,
  consumer: null,
  relay: null,
  outbox: { events: 0, oldestMs: 0 },
  congested: false,
  storeSilentMs: 0,
  kafkaAnsweringMs: 0,
  kafkaSilentMs: 0,
  clockOffMs: null,
};
const logged: unknown[] = [];
const note = (fields: object): void => void logged.push(fields);
const logger: Logger = { debug: note, info: note, warn: note, error: note };

let app: NestExpressApplication;
let url = '';
beforeAll(async () => {
  const metrics = createMetrics('made-up', declared);
  metrics.count(eventsPublished, 3);
  const watch = {
    facts: () => facts,
    congested: () => false,
    started: () => undefined,
    draining: () => undefined,
    stop: () => Promise.resolve(),
  };
  app = await createApp(ThingsModule, watch, { metrics, tracing: null }, logger);
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
});
afterAll(() => app.close());

const post = (body: string | Buffer<ArrayBuffer>, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${url}/things`, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });

interface Answered {
  readonly status: number;
  readonly type: string;
  readonly code: string;
  readonly errors: unknown;
  readonly text: string;
}

const answered = async (responding: Promise<Response>): Promise<Answered> => {
  const response = await responding;
  const text = await response.text();
  const { type, errors } = JSON.parse(text) as { type?: string; errors?: unknown };
  const contentType = response.headers.get('content-type') ?? '';
  return { status: response.status, type: contentType, code: type?.split(':').at(-1) ?? '', errors, text };
};

describe('HTTP', () => {
  it.each<[string, number, string, () => Promise<Response>]>([
    ['a body that is not JSON', 400, 'not-json', () => post(`{"name": "${marked}`)],
    ['a body that is no object', 400, 'not-json', () => post(`"${marked}"`)],
    ['a body too large', 413, 'too-large', () => post(JSON.stringify({ name: marked.repeat(5_000) }))],
    [
      'too large, compressed',
      413,
      'too-large',
      () => post(gzipSync('1'.repeat(90_000)), { 'content-encoding': 'gzip' }),
    ],
    ['a body not as it says', 400, 'bad-request', () => post(marked, { 'content-encoding': 'gzip' })],
    ['an unknown encoding', 415, 'unsupported-encoding', () => post('{}', { 'content-encoding': 'marked' })],
    [
      'an unknown charset',
      415,
      'unsupported-encoding',
      () => post('{}', { 'content-type': 'application/json; charset=x' }),
    ],
    ['an unknown route', 404, 'not-found', () => fetch(`${url}/${marked}`)],
    ['a path that is none', 400, 'bad-request', () => raw(`/things/of/%E0%A4%A${marked}`)],
    ['a body of another type', 400, 'invalid-body', () => post(marked, { 'content-type': 'text/plain' })],
    ['a failure of ours', 500, 'internal', () => fetch(`${url}/things/failing`)],
    ['a store that cannot now', 503, 'try-again', () => fetch(`${url}/things/waiting`)],
  ])('%s is %d %s, without an echo', async (_what, status, code, ask) => {
    const answer = await answered(ask());
    expect({ status: answer.status, code: answer.code }).toEqual({ status, code });
    expect(answer.type).toMatch(/^application\/problem\+json/);
    expect(answer.text).not.toMatch(/marked/i);
  });

  it('lists every fault of a body at its place, and names no field that it does not know', async () => {
    const answer = await answered(post(JSON.stringify({ name: marked, [marked]: 1 })));
    expect(answer.status).toBe(400);
    expect(answer.errors).toEqual([
      { pointer: '/name', detail: expect.any(String) },
      { pointer: '/count', detail: 'is missing' },
      { pointer: '', detail: 'has 1 field(s) that are not known here' },
    ]);
    expect(answer.text).not.toMatch(/marked/i);
  });

  it('says when to come back', async () => {
    expect((await fetch(`${url}/things/waiting`)).headers.get('retry-after')).toBe('1');
  });

  it('does not say what it is made of', async () => {
    expect((await fetch(`${url}/things`)).headers.get('x-powered-by')).toBeNull();
  });

  it('answers live, ready and startup each with its own question', async () => {
    const ask = async (what: string): Promise<unknown> => {
      const response = await fetch(`${url}/health/${what}`);
      return [response.status, await response.json()];
    };
    expect(await ask('ready')).toEqual([200, { ok: true, problems: [] }]);
    facts = { ...facts, started: false };
    expect(await ask('live')).toEqual([200, { ok: true, problems: [] }]);
    expect(await ask('ready')).toEqual([503, { ok: false, problems: ['still starting'] }]);
    expect(await ask('startup')).toEqual([503, { ok: false, problems: ['still starting'] }]);
  });

  it('gives its metrics to Prometheus', async () => {
    const text = await (await fetch(`${url}/metrics`)).text();
    expect(text).toContain('lethe_events_published_total{service="made-up"} 3');
  });
});

/** A path as it is: `fetch` would mend it. */
function raw(path: string): Promise<Response> {
  return new Promise((resolve, reject) => {
    request(url, { path }, (incoming) => {
      const parts: Buffer[] = [];
      incoming.on('data', (part: Buffer) => parts.push(part));
      incoming.on('end', () => {
        const headers = { 'content-type': incoming.headers['content-type'] ?? '' };
        resolve(new Response(Buffer.concat(parts), { status: incoming.statusCode ?? 0, headers }));
      });
    })
      .on('error', reject)
      .end();
  });
}
