/** Made-up members of a corner shop, what its systems report of them, and how they ask to be forgotten. */
import { randomUUID } from 'node:crypto';
import type { Bus, OutgoingRecord } from '@lethe/bus';
import { cloudEventHeaders, encodeEvent, type Identity, topicName, type UserEvent } from '@lethe/contracts';

/** As bench/catalog declares them. */
export const systems = ['desk', 'post', 'books'] as const;
export type System = (typeof systems)[number];

const occurredAt = new Date('2026-01-05T10:00:00Z');
const emailOf = (member: string): string => `${member}@example.com`;

/** Two identifiers that the system has verified to be one person's. */
export function signUp(member: string, system: System): UserEvent {
  return userEvent(system, 'members', [
    { type: 'member_id', value: member },
    { type: 'email', value: emailOf(member) },
  ]);
}

export function visit(member: string, system: System): UserEvent {
  return userEvent(system, 'visits', [{ type: 'member_id', value: member }]);
}

function userEvent(system: System, dataset: string, identities: readonly Identity[]): UserEvent {
  return { eventId: randomUUID(), controller: 'corner', system, dataset, operation: 'upsert', identities, occurredAt };
}

/** Under the member's key, so that all that is said of one member is in one partition. */
export function feedRecord(topic: string, member: string, event: UserEvent): OutgoingRecord {
  return {
    topic,
    key: member,
    value: encodeEvent('UserEvent', event),
    headers: cloudEventHeaders({
      id: event.eventId,
      type: 'UserEvent',
      source: `/${event.system}`,
      time: event.occurredAt,
    }),
  };
}

export const feedOf = (prefix: string): string => topicName(prefix, 'lethe.user-events');

/** The body of POST /v1/subject-requests. */
export function requestBody(member: string) {
  return {
    controller: 'corner',
    type: 'erasure',
    requester: { kind: 'subject' },
    ground: 'request',
    scope: { all: true },
    regulations: ['gdpr'],
    identities: [{ type: 'email', value: emailOf(member) }],
  };
}

export async function publish(bus: Bus, records: readonly OutgoingRecord[]): Promise<void> {
  const producer = await bus.producer('members');
  try {
    await producer.send(records);
  } finally {
    await producer.close();
  }
}
