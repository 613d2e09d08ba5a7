/** The byte strings under which an identifier in clear, or a name of it, may stand somewhere. Pure. */
import { createHash } from 'node:crypto';
import type { Needle } from './scanner.ts';
import type { Sought } from './sought.ts';

/** How an identifier stands in a place. A box is not found by its bytes: see boxes.ts. */
export type Form = 'clear' | 'ref' | 'register hash' | 'sealed' | 'digest';

export interface Spelling extends Needle {
  readonly sought: Sought;
  readonly form: Exclude<Form, 'sealed'>;
  /** The encoding, for the reader: `utf-8`, `base64`, ... */
  readonly as: string;
  /** Bytes per character where the spelling is text that may stand inside a longer word; null for encodings. */
  readonly unit: 1 | 2 | null;
}

/** A shorter value stands everywhere by chance, so only its names and boxes are looked for. */
export const SHORTEST_CLEAR = 4;
/** Characters of base64 below which any text would hold it. */
const SHORTEST_BASE64 = 6;

export const isTooShort = ({ value }: Pick<Sought, 'value'>): boolean => value.length < SHORTEST_CLEAR;

export function spellingsOf(sought: Sought): readonly Spelling[] {
  const names = [
    ...sought.refs.map((ref) => named(sought, 'ref', ref)),
    ...sought.registerHashes.map((hash) => named(sought, 'register hash', hash)),
  ];
  return isTooShort(sought) ? names : [...names, ...clearSpellings(sought), ...digests(sought)];
}

/** What says who it is to everyone who can guess the value: no key is needed. Nothing of Lethe's makes one. */
function digests(sought: Sought): readonly Spelling[] {
  return [...new Set([sought.value, sought.raw.trim()])].flatMap((text) =>
    ['sha256', 'sha1', 'md5'].flatMap((algorithm) => {
      const digest = createHash(algorithm).update(text).digest();
      const spelling = { sought, form: 'digest', as: algorithm, unit: null } as const;
      return [
        { ...spelling, bytes: digest, anyCase: false },
        { ...spelling, bytes: Buffer.from(digest.toString('hex')), anyCase: true },
        { ...spelling, bytes: Buffer.from(digest.toString('base64').replace(/=+$/, '')), anyCase: false },
        { ...spelling, bytes: Buffer.from(digest.toString('base64url')), anyCase: false },
      ];
    }),
  );
}

const named = (sought: Sought, form: 'ref' | 'register hash', name: string): Spelling => ({
  ...{ sought, form, as: 'text', unit: null, anyCase: false },
  bytes: Buffer.from(name),
});

function clearSpellings(sought: Sought): readonly Spelling[] {
  const { raw, value } = sought;
  const texts = new Set([value, raw.trim()].flatMap((text) => [text, text.toLowerCase(), text.toUpperCase()]));
  const spelled = new Map<string, Spelling>();
  const add = (as: string, bytes: Buffer, unit: 1 | 2 | null, anyCase: boolean): void => {
    const key = `${anyCase ? bytes.toString('latin1').toLowerCase() : bytes.toString('latin1')}\0${anyCase}`;
    if (!spelled.has(key)) spelled.set(key, { sought, form: 'clear', as, bytes, unit, anyCase });
  };
  for (const text of texts) {
    const utf8 = Buffer.from(text);
    const ascii = /^[\x20-\x7e]*$/.test(text);
    add('utf-8', utf8, 1, true);
    if (!ascii && /^[\x20-\xff]*$/.test(text)) add('latin-1', Buffer.from(text, 'latin1'), 1, true);
    for (const decomposed of [text.normalize('NFD')]) add('utf-8, decomposed', Buffer.from(decomposed), 1, true);
    for (const escaped of jsonEscaped(text)) add('json', Buffer.from(escaped), 1, true);
    for (const escaped of percentEncoded(text)) {
      add('percent-encoded', Buffer.from(escaped), 1, true);
      add('percent-encoded twice', Buffer.from(escaped.replaceAll('%', '%25')), 1, true);
    }
    for (const escaped of jsonEscaped(text)) {
      for (const again of jsonEscaped(escaped)) add('json in json', Buffer.from(again), 1, true);
    }
    for (const escaped of htmlEscaped(text)) add('html', Buffer.from(escaped), 1, true);
    for (const escaped of quotedPrintable(text)) add('quoted-printable', Buffer.from(escaped), 1, true);
    add('hex', Buffer.from(utf8.toString('hex')), null, true);
    for (const core of base64Cores(utf8)) add('base64', Buffer.from(core), null, false);
    // Folding a byte of a two-byte character would make it another one.
    const utf16 = Buffer.from(text, 'utf16le');
    add('utf-16le', utf16, 2, ascii);
    add('utf-16be', Buffer.from(utf16).swap16(), 2, ascii);
  }
  return [...spelled.values()];
}

/** As JSON writes it: what must be escaped, slashes as well, and all that is not ASCII as well. */
function jsonEscaped(text: string): readonly string[] {
  const least = JSON.stringify(text).slice(1, -1);
  const ascii = [...least.matchAll(/[^]/g)].map(([unit]) => (unit > '\x7e' ? `\\u${hex4(unit)}` : unit)).join('');
  // Some writers escape what HTML gives a meaning.
  const html = ascii.replace(/[<>&'@+]/g, (character) => `\\u${hex4(character)}`);
  return [least, ascii, html, ...[least, ascii].map((each) => each.replaceAll('/', '\\/'))];
}

const hex4 = (unit: string): string => unit.charCodeAt(0).toString(16).padStart(4, '0');

/** In a path, in a query, in a form, and with nothing left but letters and digits. */
function percentEncoded(text: string): readonly string[] {
  const part = encodeURIComponent(text);
  const all = [...Buffer.from(text)].map((byte) => {
    const character = String.fromCharCode(byte);
    return /[A-Za-z0-9]/.test(character) ? character : `%${byte.toString(16).padStart(2, '0')}`;
  });
  return [encodeURI(text), part, part.replaceAll('%20', '+'), all.join('')];
}

/** Characters that writers of HTML and of mail escape, from the few that they must to all but letters and digits. */
const escapable = [/[^\x00-\x7e]/gu, /[<>&"'=]|[^\x00-\x7e]/gu, /[@+<>&"'=]|[^\x00-\x7e]/gu, /[^A-Za-z0-9]/gu];

const htmlNames: ReadonlyMap<string, string> = new Map([
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['&', '&amp;'],
  ['"', '&quot;'],
]);

function htmlEscaped(text: string): readonly string[] {
  const codeOf = (character: string): number => character.codePointAt(0) ?? 0;
  return escapable.flatMap((which) => [
    text.replace(which, (character) => `&#${codeOf(character)};`),
    text.replace(which, (character) => `&#x${codeOf(character).toString(16)};`),
    text.replace(which, (character) => htmlNames.get(character) ?? `&#${codeOf(character)};`),
    text.replace(/[<>&"]/g, (character) => htmlNames.get(character) ?? ''),
  ]);
}

function quotedPrintable(text: string): readonly string[] {
  return escapable.map((which) =>
    text.replace(which, (character) => Buffer.from(character).toString('hex').replaceAll(/../g, '=$&')),
  );
}

/** What is the same of the encoded value whatever stands before and behind it, for each of the three alignments. */
function base64Cores(bytes: Buffer): readonly string[] {
  return [0, 1, 2].flatMap((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const first = Math.ceil((before * 8) / 6);
    const behind = Math.floor(((before + bytes.length) * 8) / 6);
    const core = encoded.slice(first, behind);
    if (core.length < SHORTEST_BASE64) return [];
    return [core, core.replaceAll('+', '-').replaceAll('/', '_')];
  });
}
