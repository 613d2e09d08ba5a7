/** Tells an identifier from bytes that read like one by chance: a customer number is also a part of longer numbers. Pure. */
import type { Spelling } from './spellings.ts';

/** Below this, a value inside a longer word is another word. */
const SHORT = 12;
const AROUND = 64;

/** `whole`: nothing that belongs to a word stands beside it. `inside`: it does. `chance`: it is no occurrence. */
export type Standing = 'whole' | 'inside' | 'chance';

export function standingOf(spelling: Spelling, bytes: Uint8Array, at: number): Standing {
  const { unit, sought } = spelling;
  if (unit === null) return 'whole';
  const end = at + spelling.bytes.length;
  const isShort = sought.value.length < SHORT;
  if (isShort && isOfOurOwn(bytes, at, end)) return 'chance';
  const before = isWord(bytes, at - unit, unit) && !endsAnEscape(bytes, at, unit);
  if ((!before && !isWord(bytes, end, unit)) || hasItsLengthBefore(bytes, at, spelling.bytes.length)) return 'whole';
  return isShort ? 'chance' : 'inside';
}

/** A letter or a digit of ASCII, in one byte or (either order) two. */
function isWord(bytes: Uint8Array, at: number, unit: 1 | 2): boolean {
  if (at < 0 || at + unit > bytes.length) return false;
  const [first, second] = [bytes[at] ?? 0, unit === 2 ? (bytes[at + 1] ?? 0) : 0];
  return isLetterOrDigit(first + second) && (first === 0 || second === 0);
}

const isLetterOrDigit = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);

/**
 * A letter that ends an escape belongs to no word: `\\n` and `\\u0022` of JSON (also inside JSON), `%20`, `=0A` of mail, and
 * what gives a terminal its colours.
 */
const escapes =
  /(?:\\[bfnrtv]|\\u[0-9a-f]{4}|\\u\{[0-9a-f]{1,6}|\\x[0-9a-f]{2}|%(?:25)*[0-9a-f]{2}|=0[ad]|=3d|(?:\x1b|\\u001b|\\x1b|\\e|\\033)\[[0-9;]*[a-z])$/i;
const LONGEST_ESCAPE = 24;

function endsAnEscape(bytes: Uint8Array, at: number, unit: 1 | 2): boolean {
  const before = Buffer.from(bytes.subarray(Math.max(0, at - LONGEST_ESCAPE * unit), at)).toString('latin1');
  return escapes.test(unit === 2 ? before.replaceAll('\0', '') : before);
}

/** Avro puts a string's length before it (zigzag varint), and that byte may read as a letter; so may what comes behind. */
function hasItsLengthBefore(bytes: Uint8Array, at: number, length: number): boolean {
  // Others write the length as it is; below a space it reads as nothing else.
  if (length < 0x20 && bytes[at - 1] === length) return true;
  const doubled = length * 2;
  if (doubled < 0x80) return bytes[at - 1] === doubled;
  return bytes[at - 2] === ((doubled & 0x7f) | 0x80) && bytes[at - 1] === doubled >> 7;
}

/**
 * Numbers of Lethe's own that are written as text: parts of a UUID, a record's place in a log, and the numbers that its
 * log lines carry under names of its own.
 */
const ofOurOwn = [
  /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi,
  /\.[a-z.-]+\/\d+\/\d+@\d{4}-/g,
  /"(?:pid|time|offset|partition|partitions|next|from|to|end|logStart|logEnd|ms|afterMs|port|size|count|events|attempts)":\d+/g,
  /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g,
];

function isOfOurOwn(bytes: Uint8Array, at: number, end: number): boolean {
  const from = Math.max(0, at - AROUND);
  const around = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1', from, end + AROUND);
  return ofOurOwn.some((pattern) =>
    [...around.matchAll(pattern)].some(
      ({ index, 0: text }) => from + index <= at && from + index + text.length >= end && text.length > end - at,
    ),
  );
}
