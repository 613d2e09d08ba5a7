/** What a search found, for the person at the keyboard: places and forms, never a value. Pure. */
import { table } from '../terminal/table.ts';
import type { Finding } from './findings.ts';
import type { Outcome } from './look-everywhere.ts';
import type { Sought } from './sought.ts';

export function printed(identifiers: readonly Pick<Sought, 'number' | 'type'>[], outcome: Outcome): string {
  const { findings, looked, notLooked, seconds } = outcome;
  const unexpected = findings.filter(({ reason }) => reason === null);
  const expected = findings.filter(({ reason }) => reason !== null);
  const typeOf = (number: number): string => identifiers.find((each) => each.number === number)?.type ?? String(number);
  const counts = Object.entries(looked).map(([what, count]) => `${count.toLocaleString('en')} ${what}`);
  return [
    `Looked for ${identifiers.map(({ number, type }) => `${number} (${type})`).join(', ')} in ${counts.join(', ')}: ${seconds.toFixed(1)} s`,
    '',
    ...(findings.length === 0 ? ['nowhere', ''] : []),
    ...(unexpected.length === 0 ? [] : ['UNEXPECTED:', listed(unexpected, typeOf, true), '']),
    ...(expected.length === 0 ? [] : ['Where it may stand, and why:', listed(expected, typeOf, false), '']),
    'Not looked at:',
    ...notLooked.map((what) => `  ${what}`),
    '',
  ].join('\n');
}

function listed(findings: readonly Finding[], typeOf: (number: number) => string, places: boolean): string {
  return findings.length === 0 || places
    ? table(
        ['place', 'form', 'of', 'count', 'as', 'at'],
        findings.map(({ place, form, identifiers, count, as, where }) => [
          ...[place, form, identifiers.map(typeOf).join(', '), count, as.join('; ')],
          where.join(' '),
        ]),
      )
    : table(
        ['place', 'form', 'of', 'count', 'whose', 'until', 'why'],
        findings.map(({ place, form, identifiers, count, reason }) => [
          ...[place, form, identifiers.map(typeOf).join(', '), count],
          ...[reason?.whose, reason?.until, reason?.why],
        ]),
      );
}
