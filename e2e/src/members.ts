/** Made-up members of a corner shop and what its desk reports of them. */
import { randomUUID } from 'node:crypto';
import type { Bus, OutgoingRecord } from '@lethe/bus';
import { cloudEventHeaders, encodeEvent, type Identity, topicName, type UserEvent } from '@lethe/contracts';

export function emailOf(member: string): string {
  return `${member}@example.com`;
}

export function signUp(member: string): UserEvent {
  return userEvent('members', [
    { type: 'member_id', value: member },
    { type: 'email', value: emailOf(member) },
  ]);
}

export function visit(member: string): UserEvent {
  return userEvent('visits', [{ type: 'member_id', value: member }]);
}

export function userEvent(dataset: string, identities: readonly Identity[]): UserEvent {
  return {
    eventId: randomUUID(),
    controller: 'corner',
    system: 'desk',
    dataset,
    operation: 'upsert',
    identities,
    occurredAt: new Date('2026-01-05T10:00:00Z'),
  };
}

export function feedRecord(prefix: string, event: UserEvent): OutgoingRecord {
  return {
    topic: topicName(prefix, 'lethe.user-events'),
    key: event.eventId,
    value: encodeEvent('UserEvent', event),
    headers: cloudEventHeaders({ id: event.eventId, type: 'UserEvent', source: '/desk', time: event.occurredAt }),
  };
}

export async function publish(bus: Bus, prefix: string, events: readonly UserEvent[]): Promise<void> {
  const producer = await bus.producer('members');
  try {
    await producer.send(events.map((event) => feedRecord(prefix, event)));
  } finally {
    await producer.close();
  }
}

/** A request by email, as a subject would make it. */
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
