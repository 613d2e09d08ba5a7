import { describe, expect, it } from '@jest/globals';
import { Findings } from './findings.ts';
import type { Sighting } from './lens.ts';
import { printed } from './print.ts';
import { sought } from './sought.given.ts';

const email = sought('canary@example.com', 'email');
const second = { ...sought('canary-7', 'customer_id'), number: 2 };
const seen = (form: Sighting['form'], of = email, as = 'utf-8'): Sighting => ({ sought: of, form, as });
const feed = { kind: 'topic lethe.user-events', name: 'lethe.user-events' };
const log = { kind: 'log', name: 'logs/intake.log' };
const index = { kind: 'store discovery.identities', name: 'lethe-discovery.identities' };

describe('findings', () => {
  it('are one per place and form: records are counted, not bytes, and the first few places are kept', () => {
    const findings = new Findings((name) => name.includes('canary'));
    findings.add(feed, [seen('clear'), seen('clear', second), seen('clear', email, 'base64')], '0/7');
    for (let offset = 8; offset < 60; offset++) findings.add(feed, [seen('clear')], `0/${offset}`);
    const [only, ...others] = findings.list();
    expect(others).toEqual([]);
    expect(only).toMatchObject({ form: 'clear', count: 53, identifiers: [1, 2], as: ['base64', 'utf-8'] });
    expect(only?.where.slice(0, 2)).toEqual(['0/7', '0/8']);
    expect(only?.where).toHaveLength(10);
  });

  it('put what is unexpected first', () => {
    const findings = new Findings((name) => name.includes('canary'));
    findings.add(feed, [seen('clear')], '0/7');
    findings.add(index, [seen('ref'), seen('clear')], null);
    findings.add(log, [seen('clear')], 'line 3');
    expect(findings.list().map(({ place, form, reason }) => [place, form, reason !== null])).toEqual([
      ['lethe-discovery.identities', 'clear', false],
      ['logs/intake.log', 'clear', false],
      ['lethe.user-events', 'clear', true],
      ['lethe-discovery.identities', 'ref', true],
    ]);
  });
});

describe('a place that is called by what was looked for', () => {
  it('is not named', () => {
    const findings = new Findings((name) => name.includes('canary'));
    findings.add({ kind: 'topic unknown', name: 'lethe.canary' }, [seen('clear')], '0/1');
    expect(findings.list()).toMatchObject([{ place: 'topic unknown, called by what was looked for', reason: null }]);
  });
});

describe('what is printed', () => {
  const outcome = { looked: { records: 12_345 }, blind: [], notLooked: ['backups'], seconds: 1.25 };

  it('is "nowhere" when nothing was found, with what was looked at and what was not', () => {
    const text = printed([email], { ...outcome, findings: [] });
    expect(text).toMatch(/12,345 records: 1\.\d s\n\nnowhere\n/);
    expect(text).toMatch(/Not looked at:\n {2}backups\n/);
  });

  it('is no "nowhere" when not all could be looked at, and nothing in it is obeyed by a terminal', () => {
    const text = printed([email], { ...outcome, blind: ['logs/\u001b[2Jx: EACCES'], findings: [] });
    expect(text).not.toMatch(/nowhere|\u001b/);
    expect(text).toMatch(
      /\n\nnothing found, but not all could be looked at\n\nCOULD NOT BE LOOKED AT:\n {2}logs\/\\u\{1b\}\[2Jx: EACCES\n\nNot looked at:\n/,
    );
  });

  it('names places, forms and reasons, and no value', () => {
    const findings = new Findings((name) => name.includes('canary'));
    findings.add(log, [seen('clear')], 'line 3');
    findings.add(feed, [seen('clear')], '0/7');
    const text = printed([email], { ...outcome, findings: findings.list() });
    expect(text).not.toMatch(/nowhere|canary/);
    expect(text).toMatch(/UNEXPECTED:\n.*\nlogs\/intake\.log +clear +email +1 +utf-8 +line 3\n/);
    expect(text).toMatch(
      /\nthe feed, as upstream wrote it \(the feed owner's; until at most 25 h after .*\)\n {2}lethe\.user-events +clear 1 of email\n/,
    );
  });
});
