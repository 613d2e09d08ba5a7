import { MongoClient } from 'mongodb';
import { messageOf } from './stack-error.ts';

export type MongoProbe =
  | {
      readonly answer: 'primary' | 'secondary';
      readonly replicaSet: string;
      readonly version: string;
      /** null when the account may not ask. */
      readonly pid: number | null;
    }
  | { readonly answer: 'uninitiated'; readonly why: string }
  | { readonly answer: 'standalone'; readonly why: string }
  | { readonly answer: 'unreachable'; readonly why: string };

/** Speaks `hello`: Lethe needs transactions, and only a replica set (or a sharded cluster's mongos) has them. */
export const probeMongodb = async (url: string, timeoutMs: number): Promise<MongoProbe> => {
  let client: MongoClient;
  try {
    client = new MongoClient(url, {
      serverSelectionTimeoutMS: timeoutMs,
      connectTimeoutMS: timeoutMs,
      socketTimeoutMS: timeoutMs,
      maxPoolSize: 2,
    });
  } catch (error) {
    return { answer: 'unreachable', why: messageOf(error) };
  }
  try {
    const admin = client.db('admin');
    const hello = await admin.command({ hello: 1 });
    const info = await admin.command({ buildInfo: 1 });
    const version = String(info['version']);
    if (hello['msg'] === 'isdbgrid') return { answer: 'primary', replicaSet: 'mongos', version, pid: null };
    const replicaSet: unknown = hello['setName'];
    if (typeof replicaSet === 'string') {
      const answer = hello['isWritablePrimary'] === true ? 'primary' : 'secondary';
      return { answer, replicaSet, version, pid: await pidOf(client) };
    }
    return hello['isreplicaset'] === true
      ? { answer: 'uninitiated', why: 'its replica set was never initiated' }
      : { answer: 'standalone', why: 'it is a standalone server, which has no transactions' };
  } catch (error) {
    return { answer: 'unreachable', why: messageOf(error) };
  } finally {
    await client.close();
  }
};

const pidOf = async (client: MongoClient): Promise<number | null> => {
  try {
    const status = await client.db('admin').command({ serverStatus: 1, repl: 0, metrics: 0, wiredTiger: 0 });
    return Number(status['pid']);
  } catch {
    return null; // an account without clusterMonitor: the server is usable all the same
  }
};

/** A connection string's hosts, without the account and password that may stand before them. */
export const hostsOf = (url: string): string =>
  /^mongodb(?:\+srv)?:\/\/(?:[^@/]*@)?([^/?]+)/.exec(url)?.[1] ?? 'an address that is no mongodb:// URL';
