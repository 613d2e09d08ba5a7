import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ProcessIdentity } from './process-identity.ts';

/** What one state folder knows of its servers. Ports and cluster id outlive the processes: a later start keeps the addresses. */
export interface StackState {
  readonly kafka: KafkaRecord | null;
  readonly mongodb: MongodbRecord | null;
}

export interface KafkaRecord {
  readonly port: number;
  readonly controllerPort: number;
  readonly clusterId: string;
  readonly process: ProcessIdentity | null;
}

export interface MongodbRecord {
  readonly port: number;
  readonly process: ProcessIdentity | null;
}

const NOTHING: StackState = { kafka: null, mongodb: null };

/** A state that cannot be read is no state: servers that it may have named are found by their mark (launch.ts). */
export const readState = (file: string): StackState => {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return NOTHING;
  }
  if (!isObject(value)) return NOTHING;
  return { kafka: kafkaRecord(value['kafka']), mongodb: mongodbRecord(value['mongodb']) };
};

/** Synchronous and by rename: after a start nothing comes between the server and its being written down. */
export const writeState = (file: string, change: Partial<StackState>): void => {
  const state: StackState = { ...readState(file), ...change };
  mkdirSync(dirname(file), { recursive: true });
  const fresh = `${file}.${process.pid}`;
  writeFileSync(fresh, `${JSON.stringify(state, null, 2)}\n`);
  renameSync(fresh, file);
};

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const kafkaRecord = (value: unknown): KafkaRecord | null => {
  if (!isObject(value)) return null;
  const { port, controllerPort, clusterId } = value;
  if (typeof port !== 'number' || typeof controllerPort !== 'number' || typeof clusterId !== 'string') return null;
  return { port, controllerPort, clusterId, process: processIdentity(value['process']) };
};

const mongodbRecord = (value: unknown): MongodbRecord | null => {
  if (!isObject(value) || typeof value['port'] !== 'number') return null;
  return { port: value['port'], process: processIdentity(value['process']) };
};

const processIdentity = (value: unknown): ProcessIdentity | null => {
  if (!isObject(value)) return null;
  const { pid, startedAt } = value;
  return typeof pid === 'number' && typeof startedAt === 'string' ? { pid, startedAt } : null;
};
