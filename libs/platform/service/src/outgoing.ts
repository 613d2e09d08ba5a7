/** From an emitted event to a record on a topic: where it goes, under which key, in which envelope. */
import {
  cloudEventHeaders,
  encodeEvent,
  eventNames,
  type Emitted,
  type Identity,
  type Named,
  type SealedIdentity,
  topicName,
} from '@lethe/contracts';
import { type OutgoingRecord, TerminalError } from '@lethe/bus';
import type { Document } from 'mongodb';
import type { OutboxEntry } from './outbox.ts';
import type { Outlet } from './topology.ts';

/**
 * Opens one box at the edge.
 * @throws RetryableError while its key is not known here, TerminalError when it will never open
 */
export type OpenIdentity = (controller: string, identity: SealedIdentity) => Identity;

export interface Addressing {
  readonly prefix: string;
  readonly service: string;
  readonly outlets: ReadonlyMap<Named, Outlet>;
  readonly newId: () => string;
  /** Opens boxes where the table says `sealedFor`. */
  readonly open: OpenIdentity;
}

/** Larger ones would not fit beside others in one record batch; a broker's default limit is 1 MB. */
const LARGEST_EVENT_BYTES = 900_000;

const names: ReadonlySet<string> = new Set(eventNames);

/** Notes of a record to itself are not published. */
export function isPublished(event: { readonly event: string }): event is Emitted<Named> {
  return names.has(event.event);
}

/** @throws TerminalError `event_too_large` */
export function outboxEntry(event: Emitted<Named>, addressing: Addressing, trace?: string): OutboxEntry {
  const { topic, key, opens } = addressOf(event, addressing);
  const traced = trace === undefined ? {} : { trace };
  const common = { topic, key, id: addressing.newId(), name: event.event, headers: null, ...traced };
  // What the relay could not open or encode, or the broker would not take, would stop everything behind it: try before
  // it enters. What was opened is not kept.
  const value = bounded(event.event, encodeNamed(opens ? opened(event, addressing.open) : event));
  return opens ? { ...common, value: null, opens: event } : { ...common, value, opens: null };
}

/** The record of an entry, as the relay publishes it. @param traceparent of the span of its publication */
export function recordOf(
  entry: OutboxEntry,
  at: Date,
  addressing: Pick<Addressing, 'prefix' | 'service' | 'open'>,
  traceparent?: string,
): OutgoingRecord {
  const { topic, key } = entry;
  if (entry.name === null) return { topic, key, value: entry.value, headers: entry.headers ?? {} };
  const value = entry.opens === null ? entry.value : encodeNamed(opened(entry.opens, addressing.open));
  return { topic, key, value, headers: envelope(entry.id, entry.name as Named, at, addressing, traceparent) };
}

/** The record of an event that needs no outbox (a path without a store). */
export function directRecord(
  event: Emitted<Named>,
  at: Date,
  addressing: Omit<Addressing, 'open'>,
  traceparent?: string,
): OutgoingRecord {
  const { topic, key } = addressOf(event, addressing);
  const value = bounded(event.event, encodeNamed(event));
  return { topic, key, value, headers: envelope(addressing.newId(), event.event, at, addressing, traceparent) };
}

function envelope(
  id: string,
  type: Named,
  time: Date,
  { prefix, service }: Pick<Addressing, 'prefix' | 'service'>,
  traceparent?: string,
) {
  return cloudEventHeaders({ id, type, source: `/${prefix}/${service}`, time, traceparent });
}

function addressOf(event: Emitted<Named>, { prefix, service, outlets }: Omit<Addressing, 'open'>) {
  const outlet = outlets.get(event.event);
  if (outlet === undefined) throw new Error(`${service} says ${event.event}, but its topology does not publish it`);
  const system = outlet.pattern.endsWith('*') && 'system' in event ? event.system : undefined;
  return { topic: topicName(prefix, outlet.pattern, system), key: keyOf(event), opens: outlet.opens };
}

/** The key decides which messages keep their order; contracts' topic table says the same in words. */
export function keyOf(event: Emitted<Named>): string | null {
  switch (event.event) {
    case 'SubjectObserved':
      return (event.identities.find((identity) => identity.links) ?? event.identities[0])?.ref ?? null;
    case 'ErasureOrdered':
      return event.orderId;
    case 'FenceAdopted':
    case 'SubjectLookedUp':
    case 'DeadLetterRevealed':
    case 'DeadLetterRedriven':
      return event.actor;
    case 'SchemaPublished':
      return event.fingerprint;
    case 'UserEvent':
      return event.eventId;
    case 'SubjectRequestAccepted':
    case 'SubjectRequestCompleted':
    case 'SubjectLocated':
    case 'ErasureAnswered':
    case 'CaseOpened':
    case 'OrderSent':
    case 'OrderAnswered':
    case 'CaseClosed':
      return event.requestId;
  }
}

function encodeNamed(event: { readonly event: string }): Buffer {
  return encodeEvent(event.event as Named, event as never);
}

function bounded(name: string, value: Buffer): Buffer {
  if (value.length > LARGEST_EVENT_BYTES) {
    throw new TerminalError('event_too_large', `${name} would take ${value.length} bytes`);
  }
  return value;
}

/** The one place where boxes are opened: on the way to the one topic that the table names. */
function opened(event: Document, open: OpenIdentity): { readonly event: string } {
  const controller = String(event['controller']);
  const fields = Object.entries(event).map(([field, value]): [string, unknown] => [
    field,
    Array.isArray(value) && value.some(isSealed)
      ? value.map((each: unknown) => (isSealed(each) ? open(controller, each) : each))
      : value,
  ]);
  return Object.fromEntries(fields) as { readonly event: string };
}

function isSealed(value: unknown): value is SealedIdentity {
  return typeof value === 'object' && value !== null && 'sealed' in value && 'ref' in value;
}
