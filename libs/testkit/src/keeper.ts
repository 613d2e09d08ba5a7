import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { Stack } from '@lethe/stack';
import { testInfrastructure } from './infrastructure/infrastructure.ts';

/**
 * Runs as a process beside a jest run, started by jest-global-setup.ts. Its workers ask it for servers; the first to ask has them
 * started, so a run of pure specs starts none. It ends, and the servers with it, when the pipe to jest closes.
 */
let stack: Promise<Stack> | null = null;

const answer = async (response: ServerResponse): Promise<void> => {
  // A worker asks once for each suite: over a connection that was kept it could meet the moment at which it is closed.
  response.setHeader('connection', 'close');
  stack ??= testInfrastructure().shared();
  try {
    response.end(JSON.stringify({ env: (await stack).env }));
  } catch (error) {
    // Kept: a second try would make every suite wait for the same failure.
    response.statusCode = 503;
    response.end(error instanceof Error ? error.message : String(error));
  }
};

const server = createServer((_request, response) => void answer(response));
// The first answer may take an installation.
server.requestTimeout = 0;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the keeper has no port');
  process.stdout.write(`http://127.0.0.1:${address.port}/\n`);
});

// A Ctrl-C meant for jest reaches the whole terminal; the pipe says when it is really over.
process.on('SIGINT', () => undefined);

process.stdin.resume();
process.stdin.once('close', () => void end());

const end = async (): Promise<void> => {
  server.closeAllConnections();
  server.close();
  const started = await stack?.catch(() => null); // a failed start has cleaned up after itself
  await started?.stop();
};
