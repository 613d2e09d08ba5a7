import { createServer } from 'node:net';
import { randomInt } from 'node:crypto';
import { StackError } from './stack-error.ts';

export const LOOPBACK = '127.0.0.1';

/**
 * Below the range from which the system takes the ports of outgoing connections (32768 on Linux, 49152 elsewhere): a server
 * that is down for a moment finds its port free again, unless somebody asked for just that one.
 */
const FIRST = 20_000;
const LAST = 32_000;
const TRIES = 200;

export const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: LOOPBACK, port, exclusive: true }, () => server.close(() => resolve(true)));
  });

/** A port that nobody listened on a moment ago. Another process may still be quicker, so whoever binds it must be ready to choose again. */
export const chooseFreePort = async (): Promise<number> => {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const port = randomInt(FIRST, LAST);
    if (await isFree(port)) return port;
  }
  throw new StackError('server_did_not_start', `No free port found between ${FIRST} and ${LAST} on ${LOOPBACK}.`);
};
