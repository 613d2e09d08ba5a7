/** A small cell for specs: one controller, one system that feeds three datasets, development keys. */
import { type Catalog, loadCatalog } from '@lethe/catalog';
import type { Identity, UserEvent } from '@lethe/contracts';
import { developmentKeys, sealerOf } from '@lethe/identity';
import { identifier } from './identify.ts';

const texts: Readonly<Record<string, string>> = {
  'catalog.yaml': `controllers: [acme, globex]
identityTypes:
  - { name: customer_id, perSubject: 1, blocked: [till] }
  - { name: email, perSubject: 3, normaliser: email }
  - { name: phone, perSubject: 3, normaliser: digits }
regulations:
  - { id: gdpr, title: GDPR, source: art. 12(3), respond: { months: 1 } }
  - { id: ccpa, title: CCPA, source: '§ 1798.130', respond: { days: 45 } }
`,
  'systems/crm.yaml': `name: crm
kind: internal
datasets: [contacts, calls]
identityTypes: [customer_id, email]
answerWithin: P7D
feeds:
  - { dataset: contacts, identities: { customer_id: links, email: links }, establishes: true }
  - { dataset: calls, identities: { customer_id: mentions, email: mentions }, establishes: false }
`,
};

/** The texts of its catalog by their paths, for a folder. */
export const givenCatalogTexts = texts;

export function givenCatalog(): Catalog {
  const loaded = loadCatalog(Object.entries(texts).map(([path, text]) => ({ path, text })));
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('\n'));
  return loaded.catalog;
}

export const appendedAt = new Date('2026-03-10T12:00:00.000Z');

export function givenIntake() {
  const catalog = givenCatalog();
  const keys = developmentKeys();
  const sealer = sealerOf(keys);
  return { catalog, keys, sealer, appendedAt, ...identifier(catalog, sealer) };
}

export function givenUserEvent(changes: Partial<UserEvent> = {}): UserEvent {
  return {
    eventId: 'e-1',
    controller: 'acme',
    system: 'crm',
    dataset: 'contacts',
    operation: 'upsert',
    identities: [customer('c-1'), email('ada@example.com')],
    occurredAt: new Date('2026-03-09T08:00:00.000Z'),
    ...changes,
  };
}

export function customer(value: string): Identity {
  return { type: 'customer_id', value };
}

export function email(value: string): Identity {
  return { type: 'email', value };
}

/** A body that is accepted. */
export function givenBody(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    controller: 'acme',
    type: 'erasure',
    requester: { kind: 'subject' },
    ground: 'request',
    scope: { all: true },
    regulations: ['gdpr'],
    identities: [{ type: 'email', value: 'ada@example.com' }],
    ...changes,
  };
}
