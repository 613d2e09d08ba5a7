import { ContractError } from './errors.ts';

/** A position in bytes that moves on as they are read. */
export interface Cursor {
  readonly bytes: Buffer;
  at: number;
}

/**
 * What a long may be: [-2^52, 2^52). Zigzag doubles a number, and beyond this avsc (5.7) silently writes and reads
 * another one: a time in the year -140744 came back in the year 144683. Every long in here is also a valid Date.
 */
export const isExactLong = (value: number): boolean =>
  Number.isInteger(value) && value >= -(2 ** 52) && value < 2 ** 52;

/** Avro's zigzag variable-length integer, as far as a long may be. */
export function readVarint(cursor: Cursor): number {
  const { bytes } = cursor;
  let zigzag = 0;
  let weight = 1;
  for (let index = 0; index < 10; index += 1) {
    const byte = bytes[cursor.at];
    if (byte === undefined) throw new ContractError('undecodable', 'the event is cut short');
    cursor.at += 1;
    zigzag += (byte & 0x7f) * weight;
    if (zigzag > Number.MAX_SAFE_INTEGER) break;
    if (byte < 0x80) return zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
    weight *= 0x80;
  }
  throw new ContractError('undecodable', 'a number is beyond what is held exactly');
}
