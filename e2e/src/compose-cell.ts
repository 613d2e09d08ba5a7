/** A system of containers, seen as a cell: what is tried on the four processes is tried on it. */
import { kafkaBus } from '@lethe/bus';
import { MongoClient } from 'mongodb';
import type { ComposeSystem } from './compose-system.ts';
import type { HostileCell } from './hostile.contract.ts';

/** @param system it runs, and stays when the cell is closed */
export async function composeCell(system: ComposeSystem, prefix: string): Promise<HostileCell> {
  const bus = kafkaBus({ brokers: [system.brokers], clientId: `${prefix}-test` });
  const mongo = await new MongoClient(system.mongodbUrl, { promoteBuffers: true }).connect();
  return {
    prefix,
    bus,
    mongo,
    url: (name) => system.url(name),
    output: (name) => system.output(name),
    get: async (name, path) => {
      const response = await fetch(`${system.url(name)}${path}`);
      return { status: response.status, body: await response.json() };
    },
    post: (path, body, headers = {}) =>
      fetch(`${system.url('intake')}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }),
    [Symbol.asyncDispose]: async () => {
      await bus.close();
      await mongo.close();
    },
  };
}
