/**
 * Servers and the collector go away under a running service: it says that it is not ready and stays alive, so nobody
 * starts it again for what a restart would not cure, and it is ready again by itself.
 */
import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { endServiceProcesses, ownStack, type ServiceProcess, waitFor } from '@lethe/testkit';
import { type Lab, openLab } from './lab.ts';

const SERVICE = 'patient';

interface Said {
  readonly status: number;
  readonly problems: readonly string[];
}

describe('a service whose servers go away', () => {
  let stack: Awaited<ReturnType<typeof ownStack>>;
  let lab: Lab;
  let process: ServiceProcess;
  let deaf: Server;

  beforeAll(async () => {
    stack = await ownStack();
    // A collector that takes every connection and never answers.
    deaf = createServer((socket) => socket.on('error', () => socket.destroy()));
    await new Promise<void>((resolve) => deaf.listen(0, '127.0.0.1', resolve));
    const address = deaf.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    lab = await openLab({ env: { ...stack.env, OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` } });
    process = await lab.start('counting-service', SERVICE);
    await lab.ready(process);
  }, 120_000);
  afterAll(async () => {
    await endServiceProcesses();
    deaf.close();
    await lab[Symbol.asyncDispose]();
    await stack[Symbol.asyncDispose]();
  }, 60_000);

  const url = (): string => /"address":"(http:[^"]+)"/.exec(process.output())?.[1] ?? '';
  const ask = async (question: 'live' | 'ready' | 'startup'): Promise<Said> => {
    const response = await fetch(`${url()}/health/${question}`, { signal: AbortSignal.timeout(2_000) });
    const { problems } = (await response.json()) as Said;
    return { status: response.status, problems };
  };
  const metric = async (name: string): Promise<number> => {
    const text = await (await fetch(`${url()}/metrics`)).text();
    return Number(new RegExp(`^${name}\\{.*\\} (.*)$`, 'm').exec(text)?.[1]);
  };

  it.each([
    ['mongodb', /^the database has not answered for \d+ s$/],
    ['kafka', /^(Kafka has not answered the consumer for \d+ s|not in the consumer group yet)$/],
  ] as const)(
    'is not ready and stays alive while %s is away, and is ready again',
    async (server, says) => {
      await stack.kill(server);
      await waitFor(async () => (await ask('ready')).problems.some((problem) => says.test(problem)), {
        what: `readiness to say that ${server} is away`,
        timeoutMs: 45_000,
      });
      expect((await ask('ready')).status).toBe(503);
      expect(await ask('live')).toEqual({ status: 200, problems: [] });
      expect(await ask('startup')).toEqual({ status: 200, problems: [] });
      await stack.restart(server);
      await lab.ready(process, 60_000);
      await lab.load.feed(20);
      await lab.settled(SERVICE);
    },
    150_000,
  );

  it('does its work beside a collector that never answers, and ends in time', async () => {
    expect((await fetch(`${url()}/nothing-here`)).status).toBe(404);
    await waitFor(async () => (await metric('lethe_trace_spans_total')) > 0, {
      what: 'the span to be given up',
      timeoutMs: 30_000,
    });
    const text = await (await fetch(`${url()}/metrics`)).text();
    expect(text).toMatch(/lethe_trace_spans_total\{.*outcome="lost".*\} [1-9]/);
    expect(process.output()).toContain('spans cannot be sent to the collector');
    await fetch(`${url()}/nothing-here`);
    const began = performance.now();
    await lab.drain(process);
    expect(performance.now() - began).toBeLessThan(12_000);
  }, 60_000);
});
