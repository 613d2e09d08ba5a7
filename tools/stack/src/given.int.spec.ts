import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { chooseFreePort } from './free-port.ts';
import { checkGiven, givenAddresses } from './given.ts';
import { startStack } from './start-stack.ts';

const open: { readonly server: Server; readonly sockets: Set<Socket> }[] = [];
afterEach(async () => {
  for (const { server, sockets } of open.splice(0)) {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** Somebody else at a port: what they do with a connection. */
const stranger = async (onData: (socket: Socket) => void): Promise<number> => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('data', () => onData(socket));
    socket.on('error', () => socket.destroy());
  });
  open.push({ server, sockets });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
};

const http = (socket: Socket): void => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
const hangUp = (socket: Socket): void => void socket.destroy();

describe('given addresses', () => {
  it('are read from the environment, empty ones are none', () => {
    expect(givenAddresses({ LETHE_KAFKA_BROKERS: 'a:1, b:2,', LETHE_MONGODB_URL: ' ' })).toEqual({
      kafka: ['a:1', 'b:2'],
    });
    expect(givenAddresses({ LETHE_MONGODB_URL: 'mongodb://a' })).toEqual({ mongodb: 'mongodb://a' });
  });

  it('that are dead, busy or malformed are each named, with what was expected there', async () => {
    const dead = `127.0.0.1:${await chooseFreePort()}`;
    const web = `127.0.0.1:${await stranger(http)}`;
    const rude = `127.0.0.1:${await stranger(hangUp)}`;
    const failing = checkGiven({
      kafka: [dead, web, rude, 'kafka'],
      mongodb: `mongodb://${dead}/?serverSelectionTimeoutMS=300`,
    });
    const error = await failing.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'given_address_unusable' });
    const lines = String(error).split('\n');
    expect(lines[0]).toContain(`LETHE_KAFKA_BROKERS names ${dead}: expected a Kafka broker there`);
    expect(lines[0]).toContain('nothing answers');
    expect(lines[1]).toContain(`${web}: expected a Kafka broker there (without TLS), but another kind of server`);
    expect(lines[2]).toContain(`${rude}: expected a Kafka broker there (without TLS), but another kind of server`);
    expect(lines[3]).toContain('that is not host:port');
    expect(lines[4]).toContain(`LETHE_MONGODB_URL names ${dead}: expected a MongoDB replica set there`);
    expect(lines[5]).toContain('never starts, stops or moves');
  }, 20_000);

  it('never show the account that stands in the connection string', async () => {
    const port = await chooseFreePort();
    const failing = checkGiven({ mongodb: `mongodb://root:secret@127.0.0.1:${port}/` });
    const error = await failing.catch((thrown: unknown) => thrown);
    expect(String(error)).toContain(`127.0.0.1:${port}`);
    expect(String(error)).not.toMatch(/root|secret/);
  }, 20_000);

  it('that do not answer stop the start before anything of our own is started', async () => {
    const port = await chooseFreePort();
    const environment = { LETHE_KAFKA_BROKERS: `127.0.0.1:${port}`, PATH: '/nowhere' };
    await expect(startStack({ environment, temporary: true })).rejects.toMatchObject({
      code: 'given_address_unusable',
    });
  });
});
