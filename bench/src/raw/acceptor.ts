/** REST as it is: Node's own server, the body parsed, one transaction, 201 behind its commit. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Acceptor {
  readonly port: number;
  close(): Promise<void>;
}

/** @param accept brings about what a request brings about, and gives its id */
export async function openAcceptor(accept: () => Promise<string>): Promise<Acceptor> {
  const server = createServer((request, response) => {
    void (async () => {
      const body = JSON.parse(await textOf(request)) as object;
      const id = await accept();
      response.writeHead(201, { 'content-type': 'application/json; charset=utf-8', location: `/${id}` });
      // As much as an acknowledgement of ours, which repeats what was asked without its identifiers.
      response.end(JSON.stringify({ ...body, identities: [], id, state: 'accepted' }));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port, // it listens on a port, not on a pipe
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer); // no encoding is set
  return Buffer.concat(parts).toString('utf8');
}
