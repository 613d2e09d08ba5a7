/**
 * One kafkajs client per consumer and per producer. kafkajs keeps committed offsets per client, not per member: two
 * members of a group on one client clear each other's. Its own sockets can be destroyed: `disconnect()` may hang.
 */
import { connect, isIP, type Socket } from 'node:net';
import kafkajs, { type Kafka, type LogEntry } from 'kafkajs';
import { cureKafkajs } from './kafkajs-cures.ts';
import type { BusLogger } from './logger.ts';

// A CommonJS module whose names Node cannot all see from outside.
const { logLevel } = kafkajs;

export interface KafkaAddress {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly logger: BusLogger;
}

export interface KafkaClient {
  readonly kafka: Kafka;
  /** Ends every connection now and refuses new ones. Nothing of this client is pending afterwards for long. */
  destroy(): void;
}

/** Initialising producers, sending offsets and look-ups obey the client's settings only (docs/bus.md). */
export const clientRetry = { initialRetryTime: 5, retries: 12, maxRetryTime: 1000 } as const;

const CONNECTION_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 30_000;
const KEEP_ALIVE_DELAY_MS = 60_000;

/** Never `stack`, buffers or whole errors: only what names a place. */
const loggedFields = [
  'groupId',
  'memberId',
  'topic',
  'partition',
  'broker',
  'retryCount',
  'retryTime',
  'offset',
] as const;

/**
 * kafkajs says ERROR for what it retries by itself (the first look-up of a coordinator after a broker start, every
 * closed connection) and warns of its own defaults, so its levels go down, and those of single requests to the bottom.
 * What is final comes to us as a rejection or as CRASH.
 */
const route = (logger: BusLogger) => (entry: LogEntry) => {
  const fields: Record<string, unknown> = { kafkajs: entry.namespace };
  for (const name of loggedFields) {
    const value: unknown = entry.log[name];
    if (typeof value === 'string' || typeof value === 'number') fields[name] = value;
  }
  const aboutRequests = entry.namespace === 'Connection' || entry.namespace === 'Producer';
  if (aboutRequests || entry.level === logLevel.INFO) logger.debug(fields, entry.log.message);
  else if (entry.level === logLevel.ERROR) logger.warn(fields, entry.log.message);
  else logger.info(fields, entry.log.message);
};

export const kafkaClient = (address: KafkaAddress): KafkaClient => {
  cureKafkajs();
  const sockets = new Set<Socket>();
  let destroyed = false;
  const kafka = new kafkajs.Kafka({
    clientId: address.clientId,
    brokers: [...address.brokers],
    retry: clientRetry,
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    logLevel: logLevel.INFO,
    logCreator: () => (entry) => {
      if (!destroyed) route(address.logger)(entry);
    },
    socketFactory: ({ host, port, onConnect }) => {
      if (destroyed) throw new Error('the client is closed');
      const family = isIP(host);
      const socket = connect(family === 0 ? { host, port } : { host, port, family }, onConnect);
      socket.setKeepAlive(true, KEEP_ALIVE_DELAY_MS);
      socket.setNoDelay(true);
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      return socket;
    },
  });
  return {
    kafka,
    destroy() {
      destroyed = true;
      // With an error, so that kafkajs rejects what is in flight instead of waiting for its time limit.
      for (const socket of sockets) socket.destroy(new Error('the client is closed'));
    },
  };
};

/** A rejection, a resolution or the end of the time, whichever comes first; the late one is not left unhandled. */
export const within = async (ms: number, work: Promise<unknown>): Promise<'done' | 'failed' | 'late'> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, ms, 'late');
  });
  const done = work.then(
    () => 'done' as const,
    () => 'failed' as const,
  );
  try {
    return await Promise.race([done, late]);
  } finally {
    clearTimeout(timer);
  }
};

/** The protocol's name of an error, e.g. REBALANCE_IN_PROGRESS, looked up through the causes. */
export const errorType = (error: unknown): string | null => {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    const type: unknown = Reflect.get(at, 'type');
    if (typeof type === 'string') return type;
  }
  return null;
};
