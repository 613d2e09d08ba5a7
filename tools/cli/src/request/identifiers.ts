/** The identifiers of a request, as they are written on the command line. Pure. No error repeats any of them. */
import { CommandError } from '../command-error.ts';
import { exitCodes } from '../exit-codes.ts';

export interface Identifier {
  readonly type: string;
  readonly value: string;
}

export const identifierForm =
  'one type=value per line, e.g. email=jane@example.com, or JSON: [{"type":"email","value":"..."}]';

/** @throws CommandError that names the place, never the text */
export const identifierIn = (text: string, place: string): Identifier => {
  const at = text.indexOf('=');
  if (at === -1) throw wrong(`${place} is not type=value`);
  const [type, value] = [text.slice(0, at).trim(), text.slice(at + 1).trim()];
  if (type === '') throw wrong(`${place} has no type before its =`);
  if (value === '') throw wrong(`${place} has no value behind its =`);
  return { type, value };
};

/** What stood on stdin: lines, or JSON. @throws CommandError */
export const identifiersIn = (input: Buffer): readonly Identifier[] => {
  const text = textOf(input).trim();
  if (text === '') throw wrong('stdin is empty');
  return /^[[{]/.test(text) ? fromJson(text) : fromLines(text);
};

const textOf = (input: Buffer): string => {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(input);
    if (!text.includes('\0')) return text;
  } catch {
    // said below: the decoder's own words help nobody
  }
  throw wrong('stdin is not text in UTF-8');
};

const fromLines = (text: string): readonly Identifier[] =>
  text
    .split(/\r?\n/)
    .map((line, index) => ({ line, place: `line ${index + 1} of stdin` }))
    .filter(({ line }) => line.trim() !== '')
    .map(({ line, place }) => identifierIn(line, place));

const fromJson = (text: string): readonly Identifier[] => {
  const parsed = jsonIn(text);
  const list: unknown = isObject(parsed) && !Array.isArray(parsed) ? (parsed['identities'] ?? [parsed]) : parsed;
  if (!Array.isArray(list)) throw wrong('what stands on stdin begins like JSON and is no list of identifiers');
  if (list.length === 0) throw wrong('the list on stdin is empty');
  return list.map((each: unknown, index) => {
    const { type, value } = isObject(each) ? each : {};
    if (typeof type === 'string' && typeof value === 'string' && type !== '' && value !== '') return { type, value };
    throw wrong(`item ${index + 1} of the list on stdin has no "type" and "value", both texts`);
  });
};

const jsonIn = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // the parser's message quotes the text
    throw wrong('what stands on stdin begins like JSON and is none');
  }
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const wrong = (what: string): CommandError =>
  new CommandError(exitCodes.notUnderstood, what, `Write ${identifierForm}`);
