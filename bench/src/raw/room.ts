/**
 * A room of the floor: it hears messages, writes documents in transactions and says messages, as a service does, and
 * decides nothing. What it writes and says was captured from our own run just before: the same messages, the same
 * documents. It lives in a thread of its own, as a service lives in a process of its own.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Named } from '@lethe/contracts';
import type { Document } from 'mongodb';

/** A message as it was captured. */
export interface Message {
  readonly key: string;
  readonly value: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

/** Captured documents that a message brings about. */
export interface Writes {
  readonly collection: string;
  /** The next ones, so many per message; or all whose field holds the message's key. */
  readonly pick: { readonly next: number } | { readonly field: string };
}

/** Captured messages that a message brings about: the next one, or all of its key. */
export interface Says {
  readonly topic: string;
  readonly messages: readonly Message[];
  readonly pick: 'next' | 'key';
}

export interface Effect {
  readonly writes: readonly Writes[];
  readonly says: readonly Says[];
}

export interface Hearing extends Effect {
  readonly topic: string;
  readonly event: Named;
  /** Only the so many-th of a key has the effect. Default: each. */
  readonly after?: number;
}

export interface RoomPlan {
  readonly brokers: readonly string[];
  readonly mongodb: string;
  /** Its consumer group, which is also the name of its database. */
  readonly name: string;
  readonly hears: readonly Hearing[];
  /** Null: a path without a store. */
  readonly store: null | {
    /** Ours: documents and indexes are taken from there. */
    readonly from: string;
    readonly load: readonly { readonly collection: string; readonly filter: Document }[];
  };
  /** What a POST brings about: the next captured acceptance, and what is written under its key. Null: it does not listen. */
  readonly accepts: { readonly says: Says; readonly writes: readonly Writes[] } | null;
}

export interface RoomCounts {
  readonly heard: number;
  readonly written: number;
  readonly said: number;
}

export interface Room extends AsyncDisposable {
  /** Where it listens; 0 when it does not. */
  readonly port: number;
  /** Throws what ended it, if anything did. */
  check(): void;
  /** Lets it finish what is in hand and leave its group; so does disposing of it. */
  stop(): Promise<RoomCounts>;
}

/** Resolves when it listens and reads. */
export async function openRoom(plan: RoomPlan): Promise<Room> {
  const worker = new Worker(new URL('./room-worker.ts', import.meta.url), { workerData: plan });
  let failure: unknown = null;
  worker.on('error', (error: unknown) => {
    failure = error;
  });
  const [port] = (await once(worker, 'message')) as [number]; // what room-worker.ts posts first
  let counts: RoomCounts | null = null;
  const check = (): void => {
    if (failure !== null) throw new Error(`the room ${plan.name} failed`, { cause: failure });
  };
  const stop = async (): Promise<RoomCounts> => {
    check();
    worker.postMessage('stop');
    [counts] = (await once(worker, 'message')) as [RoomCounts]; // and what it posts last
    return counts;
  };
  return {
    port,
    check,
    stop,
    [Symbol.asyncDispose]: async () => {
      if (counts === null && failure === null) await stop();
      await worker.terminate();
    },
  };
}
