/** From a user event to the record on `lethe.user-events`, or to what is wrong with it. */
import { randomUUID } from 'node:crypto';
import type { OutgoingRecord } from '@lethe/bus';
import {
  cloudEventHeaders,
  ContractError,
  encodeEvent,
  longestIdentifier,
  mostIdentities,
  nameOrWithheld,
  type UserEvent,
} from '@lethe/contracts';
import { partitionKey } from './partition-key.ts';
import { PublishError } from './publish-error.ts';

const LONGEST_EVENT_ID = 512;
/** Before that, a clock is broken. A time that lies ahead is no fault: it counts as the broker's append time. */
const EARLIEST = Date.parse('0001-01-01T00:00:00Z');

export interface Envelope {
  readonly topic: string;
  readonly source: string;
  readonly time: Date;
  readonly traceparent: string | undefined;
}

/**
 * Refuses what intake would set aside whatever the catalog says; what depends on the catalog is intake's to judge.
 * @throws PublishError `invalid_event` with the field's path, never with a value
 */
export function userEventRecord(
  event: UserEvent,
  index: number,
  { topic, source, time, traceparent }: Envelope,
): OutgoingRecord {
  const value = encoded(event, index);
  const fault = faultIn(event);
  if (fault !== null) throw invalid(index, fault.path, fault.why);
  const headers = cloudEventHeaders({ id: randomUUID(), type: 'UserEvent', source, time, traceparent });
  return { topic, key: partitionKey(event), value, headers };
}

function encoded(event: UserEvent, index: number): Buffer {
  try {
    return encodeEvent('UserEvent', event);
  } catch (error) {
    if (!(error instanceof ContractError)) throw error;
    // The contract's message begins with the event's name and the path in it.
    const path = /^UserEvent(\S*) /.exec(error.message)?.[1] ?? '';
    throw invalid(index, path, 'does not fit its schema');
  }
}

const invalid = (index: number, path: string, why: string): PublishError =>
  new PublishError('invalid_event', `event ${index}: UserEvent${path} ${why}`, { index, path });

interface Fault {
  readonly path: string;
  readonly why: string;
}

/** Of an event that fits its schema. */
function faultIn({ eventId, controller, system, dataset, identities, occurredAt }: UserEvent): Fault | null {
  if (eventId === '' || eventId.length > LONGEST_EVENT_ID || hasControl(eventId)) {
    return { path: '.eventId', why: `must be 1 to ${LONGEST_EVENT_ID} characters, none of them a control character` };
  }
  if (!isName(controller)) return noName('.controller');
  if (!isName(system)) return noName('.system');
  if (!isName(dataset)) return noName('.dataset');
  if (!(occurredAt.getTime() >= EARLIEST)) return { path: '.occurredAt', why: 'lies before the year 1' };
  if (identities.length > mostIdentities) {
    return {
      path: '.identities',
      why: `holds ${identities.length}; ${mostIdentities} at most: one event is about one row`,
    };
  }
  for (const [at, { type, value }] of identities.entries()) {
    if (!isName(type)) return noName(`.identities[${at}].type`);
    const why = valueFault(value);
    if (why !== null) return { path: `.identities[${at}].value`, why };
  }
  return null;
}

/** What no normaliser accepts. */
function valueFault(value: string): string | null {
  if (value.length > longestIdentifier) return `is longer than ${longestIdentifier} characters`;
  const trimmed = value.trim();
  if (trimmed === '') return 'is empty';
  return hasControl(trimmed) ? 'holds a control character' : null;
}

const hasControl = (text: string): boolean => /\p{Cc}/u.test(text);
const noName = (path: string): Fault => ({ path, why: 'is no name that a catalog could hold' });

/** A feed has few names and says them with every event. */
const names = new Set<string>();
const MOST_NAMES = 1_000;

function isName(text: string): boolean {
  if (names.has(text)) return true;
  if (nameOrWithheld(text) !== text) return false;
  if (names.size < MOST_NAMES) names.add(text);
  return true;
}
