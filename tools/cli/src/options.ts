/** Single options, checked. An error names the option and never repeats what it was given. */
import { CommandError } from './command-error.ts';
import { exitCodes } from './exit-codes.ts';

type Options = Readonly<Record<string, unknown>>;

const wrong = (message: string): CommandError => new CommandError(exitCodes.notUnderstood, message);

export const textOption = (options: Options, name: string): string | null => {
  const value = options[name];
  return typeof value === 'string' && value !== '' ? value : null;
};

export const listOption = (options: Options, name: string): readonly string[] => {
  const value = options[name];
  return Array.isArray(value) ? value.map(String) : [];
};

export const isSet = (options: Options, name: string): boolean => options[name] === true;

/** @throws CommandError */
export const wholeOption = (options: Options, name: string, from: number, to: number): number => {
  const text = textOption(options, name) ?? '';
  const number = Number(text);
  if (/^\d{1,15}$/.test(text) && number >= from && number <= to) return number;
  throw wrong(`--${name} must be a whole number from ${from} to ${to}`);
};

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The id of a request or case. Nothing else is sent: an address typed by mistake would stand in an access log. */
export const idWord = (words: readonly string[]): string => {
  const [id = ''] = words;
  if (UUID.test(id)) return id.toLowerCase();
  throw wrong('the id must be a UUID, as `lethe request submit` and `lethe request list` print it');
};
