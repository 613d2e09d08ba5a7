import type { Catalog } from './catalog.ts';
import { loadCatalog } from './parse.ts';
import type { CatalogText } from './yaml-file.ts';

/** A small valid catalog as text, for specs to read as it is or to spoil. */
export const givenFiles: Readonly<Record<'catalog.yaml' | 'systems/crm.yaml' | 'systems/shop.yaml', string>> = {
  'catalog.yaml': `controllers: [acme]
identityTypes:
  - { name: customer_id, perSubject: 1 }
  - { name: email, perSubject: 3, normaliser: email, blocked: ['none@example.com'] }
regulations:
  - { id: gdpr, title: GDPR, source: art. 12(3), respond: { months: 1 } }
`,
  'systems/crm.yaml': `name: crm
kind: processor
locate: when_seen
since: 2026-01-31
datasets: [contacts]
identityTypes: [email]
answerWithin: P2W
`,
  'systems/shop.yaml': `name: shop
kind: internal
datasets: [orders, carts]
identityTypes: [customer_id, email]
answerWithin: P7D
feeds:
  - dataset: orders
    identities: { customer_id: links, email: mentions }
    establishes: true
  - { dataset: carts, identities: { customer_id: mentions }, establishes: false }
`,
};

/** The valid files, with these put in their place; null leaves one out. */
export function withFiles(changes: Readonly<Record<string, string | null>> = {}): readonly CatalogText[] {
  return Object.entries<string | null>({ ...givenFiles, ...changes }).flatMap(([path, text]) =>
    text === null ? [] : [{ path, text }],
  );
}

export function givenCatalog(changes: Readonly<Record<string, string | null>> = {}): Catalog {
  const loaded = loadCatalog(withFiles(changes));
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('\n'));
  return loaded.catalog;
}
