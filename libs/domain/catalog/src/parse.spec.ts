import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { givenCatalog, givenFiles, withFiles } from './catalog.given.ts';
import { loadCatalog } from './parse.ts';

/** As an operator reads them. */
function problems(changes: Readonly<Record<string, string | null>>): readonly string[] {
  const loaded = loadCatalog(withFiles(changes));
  return loaded.ok ? [] : loaded.problems.map((each) => `${each.file}:${each.line}:${each.column} ${each.message}`);
}
const main = givenFiles['catalog.yaml'];
const crm = givenFiles['systems/crm.yaml'];
const shop = givenFiles['systems/shop.yaml'];
const spoilt = (text: string, from: string, to: string): string => {
  if (!text.includes(from)) throw new Error(`the given file holds no ${from}`);
  return text.replace(from, to);
};
const inCatalog = (from: string, to: string) => problems({ 'catalog.yaml': spoilt(main, from, to) });
const inCrm = (from: string, to: string) => problems({ 'systems/crm.yaml': spoilt(crm, from, to) });
const inShop = (from: string, to: string) => problems({ 'systems/shop.yaml': spoilt(shop, from, to) });

describe('a valid catalog', () => {
  it('is read with its defaults', () => {
    const catalog = givenCatalog();
    expect(catalog.controllers).toEqual(['acme']);
    expect(catalog.identityTypes.get('customer_id')).toEqual({
      name: 'customer_id',
      perSubject: 1,
      blocked: [],
      normaliser: 'exact',
    });
    expect(catalog.systems.get('crm')).toEqual({
      name: 'crm',
      kind: 'processor',
      locate: 'when_seen',
      since: '2026-01-31',
      datasets: ['contacts'],
      identityTypes: ['email'],
      answerWithinMs: 14 * 24 * 60 * 60 * 1000,
      feeds: [],
    });
    expect(catalog.systems.get('shop')).toMatchObject({ locate: 'always', since: null });
  });

  it('lists systems by name and feeds by system and dataset', () => {
    const catalog = givenCatalog();
    expect([...catalog.systems.keys()]).toEqual(['crm', 'shop']);
    expect([...catalog.feeds.keys()]).toEqual(['shop/carts', 'shop/orders']);
  });
});

describe('what one field can get wrong stands at its line', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['an unknown key', inCatalog('controllers:', 'holds: []\ncontrollers:'), ['catalog.yaml:1:1 unknown key "holds"']],
    ['what is not served yet', inShop('feeds:', 'after: [crm]\nfeeds:'), ['systems/shop.yaml:6:1 unknown key "after"']],
    [
      'an unknown key deep inside',
      inShop('    establishes: true', '    establishes: true\n    tolerance: P1D'),
      ['systems/shop.yaml:10:5 feeds.0: unknown key "tolerance"'],
    ],
    ['a missing key', inCrm('answerWithin: P2W\n', ''), ['systems/crm.yaml:1:1 answerWithin: is missing']],
    [
      'a missing key of an item',
      inCatalog('{ name: customer_id, perSubject: 1 }', '{ name: customer_id }'),
      ['catalog.yaml:3:5 identityTypes.0.perSubject: is missing'],
    ],
    [
      'a name that cannot be a topic’s',
      inShop('[orders, carts]', '[orders, carts, Old_Carts]'),
      ['systems/shop.yaml:3:27 datasets.2: a name is 1 to 63 of a-z, 0-9 and -, and begins with a letter'],
    ],
    [
      'an unquoted null among the blocked values',
      inCatalog("['none@example.com']", '[null, -1]'),
      [
        'catalog.yaml:4:64 identityTypes.1.blocked.0: is empty or null; a text is needed, in quotes if it looks like something else',
        'catalog.yaml:4:70 identityTypes.1.blocked.1: is a number; a text is needed, in quotes if it looks like something else',
      ],
    ],
    [
      'a duration of no fixed length',
      inCrm('P2W', 'P1M'),
      ['systems/crm.yaml:7:15 answerWithin: an ISO 8601 duration of weeks, days or hours, like P7D'],
    ],
    ['a date that is none', inCrm('2026-01-31', '2026-02-31'), ['systems/crm.yaml:4:8 since: Invalid ISO date']],
    [
      'a word that is not offered',
      inShop('email: mentions', 'email: verifies'),
      ['systems/shop.yaml:8:46 feeds.0.identities.email: Invalid option: expected one of "links"|"mentions"'],
    ],
    [
      'a feed that tells of nobody',
      inShop('{ customer_id: mentions }', '{}'),
      ['systems/shop.yaml:10:35 feeds.1.identities: a feed names at least one identity type'],
    ],
    [
      'a time to respond in two units',
      inCatalog('{ months: 1 }', '{ months: 1, days: 3 }'),
      ['catalog.yaml:6:59 regulations.0.respond: give the time as `months` or as `days`, a whole number'],
    ],
    [
      'an empty list',
      inCrm('[contacts]', '[]'),
      ['systems/crm.yaml:5:11 datasets: Too small: expected array to have >=1 items'],
    ],
  ])('%s', (_, found, expected) => {
    expect(found).toEqual(expected);
  });
});

describe('what only the whole can tell stands at its line', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    [
      'an identity type that a system accepts and nobody declared',
      inCrm('[email]', '[email, phone]'),
      ['systems/crm.yaml:6:24 "phone" is no identity type of catalog.yaml'],
    ],
    [
      'an identity type that a feed tells and nobody declared',
      inShop('email: mentions', 'phone: mentions'),
      ['systems/shop.yaml:8:39 "phone" is no identity type of catalog.yaml'],
    ],
    [
      'a feed of an unknown dataset',
      inShop('dataset: carts', 'dataset: cart'),
      ['systems/shop.yaml:10:16 "cart" is no dataset of this system'],
    ],
    [
      'two feeds of one dataset',
      inShop('dataset: carts', 'dataset: orders'),
      ['systems/shop.yaml:10:16 feed of dataset "orders" is there twice'],
    ],
    [
      'a dataset twice',
      inShop('[orders, carts]', '[orders, carts, orders]'),
      ['systems/shop.yaml:3:27 dataset "orders" is there twice'],
    ],
    ['a controller twice', inCatalog('[acme]', '[acme, acme]'), ['catalog.yaml:1:21 controller "acme" is there twice']],
    [
      'an identity type twice',
      inCatalog('name: customer_id', 'name: email'),
      [
        'catalog.yaml:4:13 identity type "email" is there twice',
        'systems/shop.yaml:4:17 "customer_id" is no identity type of catalog.yaml',
        'systems/shop.yaml:8:19 "customer_id" is no identity type of catalog.yaml',
        'systems/shop.yaml:10:37 "customer_id" is no identity type of catalog.yaml',
      ],
    ],
    [
      'a system under two files',
      problems({ 'systems/shop2.yaml': shop }),
      [
        'systems/shop2.yaml:1:7 system "shop" is there twice',
        'systems/shop2.yaml:1:7 the file is systems/shop2.yaml, so the system is "shop2", not "shop"',
      ],
    ],
    [
      'when_seen without a date',
      inCrm('since: 2026-01-31\n', ''),
      ['systems/crm.yaml:3:9 `when_seen` needs `since`: the date since which its feeds have told everything'],
    ],
    [
      'a date without when_seen',
      inCrm('locate: when_seen\n', ''),
      ['systems/crm.yaml:3:8 `since` belongs to `locate: when_seen`'],
    ],
    [
      'an answer that can come too late: one month may be 28 days',
      inCrm('P2W', 'P28DT1S'),
      [
        'systems/crm.yaml:7:15 an answer after P28DT1S can be too late for regulation "gdpr", which may leave only 28 days',
      ],
    ],
    [
      'an answer too late for the shorter of two duties',
      inCatalog('regulations:', 'regulations:\n  - { id: ten, title: Ten, source: s, respond: { days: 10 } }'),
      ['systems/crm.yaml:7:15 an answer after P2W can be too late for regulation "ten", which may leave only 10 days'],
    ],
    [
      'no systems',
      problems({ 'systems/crm.yaml': null, 'systems/shop.yaml': null }),
      ['catalog.yaml:1:1 there are no systems: add systems/<name>.yaml'],
    ],
    ['no catalog.yaml', problems({ 'catalog.yaml': null }), ['catalog.yaml:1:1 there is no catalog.yaml']],
    [
      'a file in the wrong place',
      problems({ 'systems/old/crm.yaml': crm, 'shop.yml': shop }),
      [
        'shop.yml:1:1 is neither catalog.yaml nor systems/<name>.yaml',
        'systems/old/crm.yaml:1:1 is neither catalog.yaml nor systems/<name>.yaml',
      ],
    ],
  ])('%s', (_, found, expected) => {
    expect(found).toEqual(expected);
  });

  it('an answer of exactly 28 days fits', () => {
    expect(inCrm('P2W', 'P28D')).toEqual([]);
  });
});

describe('what is not YAML', () => {
  it('is told once, at its line, and hides nothing of the other files', () => {
    expect(
      problems({ 'systems/crm.yaml': 'name: crm\nkind: [\n', 'systems/shop.yaml': spoilt(shop, 'P7D', '7') }),
    ).toEqual([
      'systems/crm.yaml:3:1 Flow sequence in block collection must be sufficiently indented and end with a ]',
      'systems/shop.yaml:5:15 answerWithin: is a number; a text is needed, in quotes if it looks like something else',
    ]);
  });

  it.each([
    ['nothing', '', 'systems/crm.yaml:1:1 the file is empty'],
    ['a key twice', `${crm}kind: internal\n`, 'systems/crm.yaml:8:1 Map keys must be unique'],
    ['a list', '- crm', 'systems/crm.yaml:1:1 Invalid input: expected object, received array'],
    [
      'an alias',
      spoilt(spoilt(crm, '[contacts]', '[&c contacts]'), '[email]', '[email, *c]'),
      'systems/crm.yaml:6:24 an alias is not read here: write out what it stands for',
    ],
    ['a key that is no word', `${crm}? [a]\n: b\n`, 'systems/crm.yaml:8:3 a key must be a plain word'],
    ['an older YAML', `%YAML 1.1\n---\n${crm}`, 'systems/crm.yaml:1:1 only YAML 1.2 is read'],
    ['an unknown tag', spoilt(crm, 'P2W', '!duration P2W'), 'systems/crm.yaml:7:15 Unresolved tag: !duration'],
  ])('%s', (_, text, expected) => {
    expect(problems({ 'systems/crm.yaml': text })).toEqual([expected]);
  });

  it('never throws, and always names a place inside the file', () => {
    const line = fc.oneof(
      fc.constantFrom(...`${main}${shop}${crm}`.split('\n')),
      fc.string({ maxLength: 30 }),
      fc.constantFrom('__proto__: 1', '? [a]: b', '<<: {a: 1}', '%YAML 1.1', '---', '!!js x', '&a [*a]', '\t', ': :'),
    );
    const file = fc.array(line, { maxLength: 12 }).map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(file, file, (catalog, system) => {
        const loaded = loadCatalog(withFiles({ 'catalog.yaml': catalog, 'systems/crm.yaml': system }));
        if (loaded.ok) return;
        expect(loaded.problems.length).toBeGreaterThan(0);
        for (const problem of loaded.problems) {
          const text = problem.file === 'catalog.yaml' ? catalog : problem.file === 'systems/crm.yaml' ? system : shop;
          expect(problem.line).toBeGreaterThanOrEqual(1);
          expect(problem.line).toBeLessThanOrEqual(text.split('\n').length);
          expect(problem.column).toBeGreaterThanOrEqual(1);
        }
      }),
    );
  });
});

describe('all problems come at once', () => {
  it('in the order of file, line and column, shapes and references together', () => {
    expect(
      problems({
        'catalog.yaml': spoilt(main, 'perSubject: 1', 'perSubject: 0'),
        'systems/crm.yaml': spoilt(spoilt(crm, 'processor', 'procesor'), '[email]', '[mail]'),
      }),
    ).toEqual([
      'catalog.yaml:3:38 identityTypes.0.perSubject: Too small: expected number to be >=1',
      'systems/crm.yaml:2:7 kind: Invalid option: expected one of "internal"|"processor"|"recipient"',
      'systems/crm.yaml:6:17 "mail" is no identity type of catalog.yaml',
    ]);
  });
});

describe('the digest', () => {
  const digest = (changes: Readonly<Record<string, string | null>> = {}) => givenCatalog(changes).digest;

  it('is the same whatever the layout, comments, quotes, order and order of files', () => {
    const again = {
      'systems/crm.yaml': `# ours
kind: "processor"
name: crm
answerWithin: P14D
identityTypes:
  - email
datasets: ['contacts']
since: "2026-01-31"
locate: when_seen
feeds: []
`,
      'systems/shop.yaml': spoilt(
        spoilt(shop, '[orders, carts]', '[carts, orders]'),
        '[customer_id, email]',
        '[email, customer_id]',
      ),
    };
    expect(digest(again)).toBe(digest());
    const reversed = loadCatalog([...withFiles()].reverse());
    expect(reversed.ok && reversed.digest).toBe(digest());
  });

  it.each([
    ['a type', { 'catalog.yaml': spoilt(main, 'perSubject: 3', 'perSubject: 4') }],
    ['a deadline', { 'systems/crm.yaml': spoilt(crm, 'P2W', 'P15D') }],
    ['a link', { 'systems/shop.yaml': spoilt(shop, 'email: mentions', 'email: links') }],
    ['a system', { 'systems/crm.yaml': null }],
  ])('changes with %s', (_, changes) => {
    expect(digest(changes)).not.toBe(digest());
  });

  it('is 64 hex digits', () => {
    expect(digest()).toMatch(/^[0-9a-f]{64}$/);
  });
});
