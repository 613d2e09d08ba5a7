/**
 * kafkajs 2.2.4 is unmaintained; what bites is cured here, once per process, on its own prototypes.
 *
 * 1. An idle client armed a 0 ms timer again and again (18,000 wake-ups in 5 s, and TimeoutNegativeWarning on
 *    Node 24): a timer is armed only when something is pending.
 * 2. What a fetch brings is filtered by `readCommitted` (see there): control-only tails reach the consumer like any
 *    other batch, aborted records never do, and the end is the last stable offset.
 * 3. An offset out of range made kafkajs commit "earliest" for the group and go on from there, whatever was lost: now
 *    the partition is paused and its consumer is told.
 * 4. A crash ends in `cluster.disconnect()`; when that throws ("write after end" while the group is rejoining), kafkajs
 *    never emits CRASH, and the process lives on without consuming. It no longer throws; sockets are destroyed by us.
 */
import { createRequire } from 'node:module';
import type { TopicPartition } from './bus.ts';
import { type FetchedPartition, READ_COMMITTED, readCommitted } from './read-committed.ts';

const CHECK_PENDING_REQUESTS_MS = 10;

interface RequestQueue {
  pending: readonly unknown[];
  throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  checkPendingRequests(): void;
}

interface FetchRequest {
  readonly isolationLevel: number;
  readonly topics: readonly {
    readonly topic: string;
    readonly partitions: readonly { readonly partition: number; readonly fetchOffset: string }[];
  }[];
}

interface FetchResponse {
  readonly responses: readonly { readonly topicName: string; readonly partitions: readonly FetchedPartition[] }[];
}

interface ConsumerGroup {
  readonly memberId: string | null;
  pause(partitions: readonly { readonly topic: string; readonly partitions: readonly number[] }[]): void;
}

type Method = (this: unknown, ...args: readonly unknown[]) => unknown;

/** kafkajs has no types for its inside: what is replaced must be there, or nothing is started. */
const prototypeOf = (path: string, method: string): Record<string, Method> => {
  const loaded: unknown = createRequire(import.meta.url)(`kafkajs/src/${path}`);
  const prototype: unknown = typeof loaded === 'function' ? Reflect.get(loaded, 'prototype') : undefined;
  if (typeof prototype !== 'object' || prototype === null || typeof Reflect.get(prototype, method) !== 'function') {
    throw new Error(`kafkajs/src/${path} has no method ${method}: the cures are written for kafkajs 2.2.4`);
  }
  return prototype as Record<string, Method>;
};

export const scheduleCheckPendingRequests = (queue: RequestQueue): void => {
  if (queue.throttleCheckTimeoutId !== null || queue.pending.length === 0) return;
  const throttledFor = queue.throttledUntil - Date.now();
  queue.throttleCheckTimeoutId = setTimeout(
    () => {
      queue.throttleCheckTimeoutId = null;
      queue.checkPendingRequests();
    },
    throttledFor > 0 ? throttledFor : CHECK_PENDING_REQUESTS_MS,
  );
};

const cureFetch = (request: FetchRequest, response: FetchResponse): FetchResponse => {
  if (request.isolationLevel !== READ_COMMITTED) return response;
  const fetchedFrom = new Map<string, number>();
  for (const { topic, partitions } of request.topics) {
    for (const { partition, fetchOffset } of partitions) fetchedFrom.set(`${topic}/${partition}`, Number(fetchOffset));
  }
  return {
    ...response,
    responses: response.responses.map(({ topicName, partitions }) => ({
      topicName,
      partitions: partitions.map((data) => {
        const offset = fetchedFrom.get(`${topicName}/${data.partition}`);
        return offset === undefined ? data : readCommitted(data, offset);
      }),
    })),
  };
};

/** Per member id: who wants to know that a position is no longer (or not yet) in the log. */
const outOfRange = new Map<string, (at: TopicPartition) => void>();

/** Returns how to stop listening. */
export const onOutOfRange = (memberId: string, listener: (at: TopicPartition) => void): (() => void) => {
  outOfRange.set(memberId, listener);
  return () => outOfRange.delete(memberId);
};

let applied = false;

export const cureKafkajs = (): void => {
  if (applied) return;
  const queue = prototypeOf('network/requestQueue/index.js', 'scheduleCheckPendingRequests');
  const broker = prototypeOf('broker/index.js', 'fetch');
  const cluster = prototypeOf('cluster/index.js', 'disconnect');
  const group = prototypeOf('consumer/consumerGroup.js', 'recoverFromOffsetOutOfRange');
  const { fetch } = broker;
  const { disconnect } = cluster;
  const { recoverFromOffsetOutOfRange } = group;
  if (fetch === undefined || disconnect === undefined || recoverFromOffsetOutOfRange === undefined) {
    throw new Error('kafkajs is not the one that the cures know');
  }
  queue['scheduleCheckPendingRequests'] = function (this: unknown) {
    scheduleCheckPendingRequests(this as RequestQueue);
  };
  broker['fetch'] = async function (this: unknown, request: unknown) {
    const response = (await fetch.call(this, request)) as FetchResponse;
    return cureFetch(request as FetchRequest, response);
  };
  group['recoverFromOffsetOutOfRange'] = function (this: unknown, error: unknown) {
    const { memberId } = this as ConsumerGroup;
    const { topic, partition } = error as TopicPartition;
    const listener = outOfRange.get(memberId ?? '');
    if (listener === undefined) return recoverFromOffsetOutOfRange.call(this, error);
    (this as ConsumerGroup).pause([{ topic, partitions: [partition] }]);
    listener({ topic, partition });
    return Promise.resolve();
  };
  cluster['disconnect'] = async function (this: unknown) {
    try {
      await disconnect.call(this);
    } catch {
      // Nothing to do about it: the sockets of this client are destroyed by `kafkaClient().destroy()`.
    }
  };
  applied = true;
};
