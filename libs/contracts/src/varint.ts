import { ContractError } from './errors.ts';

/** A position in bytes that moves on as they are read. */
export interface Cursor {
  readonly bytes: Buffer;
  at: number;
}

/** Avro's zigzag variable-length integer; beyond 2^53 the result is only approximately right, and larger than that. */
export function readVarint(cursor: Cursor): number {
  const { bytes } = cursor;
  let zigzag = 0;
  let weight = 1;
  for (let index = 0; index < 10; index += 1) {
    const byte = bytes[cursor.at];
    if (byte === undefined) throw new ContractError('undecodable', 'the event is cut short');
    cursor.at += 1;
    zigzag += (byte & 0x7f) * weight;
    if (byte < 0x80) return zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
    weight *= 0x80;
  }
  throw new ContractError('undecodable', 'a number has more than ten bytes');
}
