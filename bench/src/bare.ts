/** The bare process that stands beside a service where a process is what is measured: its start, its memory. */
import { fileURLToPath } from 'node:url';
import { serviceProcess, type ServiceProcess } from '@lethe/testkit';
import type { Bench } from './bench.ts';
import { freePort } from './cell.ts';

/** From dist like a service: the stripping of types would be a part of its start. */
const program = fileURLToPath(new URL('../dist/raw/bare-service.js', import.meta.url));

/** Resolves when it answers that it is ready. */
export async function startBare(bench: Bench, group: string, topic: string): Promise<ServiceProcess> {
  const port = await freePort();
  return serviceProcess({
    name: 'bare',
    argv: [program],
    env: {
      BENCH_BROKERS: bench.servers.brokers.join(','),
      BENCH_MONGODB: bench.servers.mongodb,
      BENCH_TOPIC: topic,
      BENCH_GROUP: group,
      BENCH_PORT: String(port),
    },
    ready: { url: `http://127.0.0.1:${port}/health/ready` },
  });
}
