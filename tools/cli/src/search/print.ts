/** What a search found, for the person at the keyboard: places and forms, never a value. Pure. */
import { printable } from '../terminal/printable.ts';
import { table } from '../terminal/table.ts';
import type { Finding } from './findings.ts';
import type { Outcome } from './look-everywhere.ts';
import type { Sought } from './sought.ts';

type TypeOf = (number: number) => string;

export function printed(identifiers: readonly Pick<Sought, 'number' | 'type'>[], outcome: Outcome): string {
  const { findings, looked, blind, notLooked, seconds } = outcome;
  const typeOf: TypeOf = (number) => identifiers.find((each) => each.number === number)?.type ?? String(number);
  const counts = Object.entries(looked).map(([what, count]) => `${count.toLocaleString('en')} ${what}`);
  const unexpected = findings.filter(({ reason }) => reason === null);
  return [
    `Looked for ${identifiers.map(({ number, type }) => `${number} (${type})`).join(', ')} in ${counts.join(', ')}: ${seconds.toFixed(1)} s`,
    '',
    ...(findings.length === 0
      ? [blind.length === 0 ? 'nowhere' : 'nothing found, but not all could be looked at', '']
      : []),
    ...(unexpected.length === 0 ? [] : ['UNEXPECTED:', unexpectedTable(unexpected, typeOf), '']),
    ...withReasons(findings, typeOf),
    ...(blind.length === 0 ? [] : ['COULD NOT BE LOOKED AT:', ...blind.map(line), '']),
    'Not looked at:',
    ...notLooked.map(line),
    '',
  ].join('\n');
}

/** Names of files and databases are anybody's. */
const line = (what: string): string => `  ${printable(what)}`;

function unexpectedTable(findings: readonly Finding[], typeOf: TypeOf): string {
  return table(
    ['place', 'form', 'of', 'count', 'as', 'at'],
    findings.map(({ place, form, identifiers, count, as, where }) => [
      ...[place, form, identifiers.map(typeOf).join(', '), count, as.join('; '), where.join(' ')],
    ]),
  );
}

/** Places with one reason stand below it; the forms of a place are one row. */
function withReasons(findings: readonly Finding[], typeOf: TypeOf): readonly string[] {
  const groups = new Map<string, Map<string, Finding[]>>();
  for (const finding of findings) {
    const { place, reason } = finding;
    if (reason === null) continue;
    const head = `${reason.why} (${reason.whose}; until ${reason.until})`;
    const places = groups.get(head) ?? new Map<string, Finding[]>();
    groups.set(head, places.set(place, [...(places.get(place) ?? []), finding]));
  }
  const width = Math.max(
    0,
    ...[...groups.values()].flatMap((places) => [...places.keys()].map(({ length }) => length)),
  );
  return [...groups].flatMap(([head, places]) => [
    head,
    ...[...places].map(([place, forms]) => {
      const types = [...new Set(forms.flatMap(({ identifiers }) => identifiers))].sort().map(typeOf).join(', ');
      return `  ${printable(place).padEnd(width)}  ${forms.map(({ form, count }) => `${form} ${count}`).join(', ')} of ${types}`;
    }),
    '',
  ]);
}
