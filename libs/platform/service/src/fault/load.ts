/** What the counting service is made to hear: many requests, published twice here and there, with poison between them. */
import { randomUUID } from 'node:crypto';
import { cloudEventHeaders, encodeEvent, type Named, topicName } from '@lethe/contracts';
import type { OutgoingRecord, Producer } from '@lethe/bus';
import { TERMINAL, UNCLASSIFIED } from './counting.ts';

export interface Load {
  /** The next so many messages, appended to the topic. */
  feed(messages: number): Promise<void>;
}

const REQUESTS = 120;
/** Every so many messages: one of these. Primes, so that they fall on different requests. */
const COMPLETED_EVERY = 7;
const TWICE_EVERY = 41;
const UNDECODABLE_EVERY = 211;
const TERMINAL_EVERY = 307;
/** Costs its partition a second of back-off before it is given up, so there is one in a long while. */
const UNCLASSIFIED_EVERY = 1_499;

export function createLoad(prefix: string, producer: Producer): Load {
  const topic = topicName(prefix, 'lethe.requests');
  const requests = Array.from({ length: REQUESTS }, () => ({ requestId: randomUUID(), accepted: 0, completed: 0 }));
  let published = 0;

  const next = (): readonly OutgoingRecord[] => {
    const n = (published += 1);
    const request = requests[n % REQUESTS];
    if (request === undefined) throw new Error('no requests');
    const { requestId } = request;
    const record = (value: Buffer, type: Named): OutgoingRecord => {
      const headers = cloudEventHeaders({ id: randomUUID(), type, source: `/${prefix}/load`, time: new Date() });
      return { topic, key: requestId, value, headers };
    };
    if (n % UNDECODABLE_EVERY === 0) return [record(Buffer.from(`no event ${n}`), 'SubjectRequestAccepted')];
    if (n % TERMINAL_EVERY === 0) return [record(accepted(requestId, TERMINAL), 'SubjectRequestAccepted')];
    if (n % UNCLASSIFIED_EVERY === 0) return [record(accepted(requestId, UNCLASSIFIED), 'SubjectRequestAccepted')];
    if (n % COMPLETED_EVERY === 0) {
      request.completed += 1;
      return [record(completed(requestId, request.completed), 'SubjectRequestCompleted')];
    }
    request.accepted += 1;
    const message = record(accepted(requestId, request.accepted), 'SubjectRequestAccepted');
    return n % TWICE_EVERY === 0 ? [message, message] : [message];
  };

  return { feed: (messages) => producer.send(Array.from({ length: messages }, next).flat()) };
}

const LONG_AGO = new Date('2026-01-01T00:00:00Z');

function accepted(requestId: string, sequence: number): Buffer {
  return encodeEvent('SubjectRequestAccepted', {
    requestId,
    sequence,
    controller: 'shop',
    type: 'erasure',
    requester: { kind: 'subject', authority: null },
    ground: 'request',
    scope: { all: true, datasets: [] },
    regulations: [],
    identities: [],
    receivedAt: LONG_AGO,
    acceptedAt: LONG_AGO,
    respondBy: LONG_AGO,
  });
}

function completed(requestId: string, sequence: number): Buffer {
  const rest = { outcome: 'erased' as const, exceptions: [], completedAt: LONG_AGO };
  return encodeEvent('SubjectRequestCompleted', { requestId, sequence, ...rest });
}
