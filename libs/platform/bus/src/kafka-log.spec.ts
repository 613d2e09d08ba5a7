import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRecordsBatch } from '@platformatic/kafka';
import { readSegment } from './kafka-log.ts';

type Compression = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';

const batch = (compression: Compression, ...values: readonly string[]): Buffer =>
  createRecordsBatch(
    values.map((value) => ({ topic: 't', key: Buffer.from('k'), value: Buffer.from(value) })),
    { compression },
  ).buffer;

describe('a segment file', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lethe-segment-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const read = async (bytes: Buffer) => {
    const path = join(folder, '00000000000000000000.log');
    await writeFile(path, bytes);
    const found: { values: string[]; rest: Buffer[] } = { values: [], rest: [] };
    for await (const part of readSegment(path)) {
      if (part.kind === 'bytes') found.rest.push(part.bytes);
      else found.values.push(...part.records.map(({ value }) => value?.toString() ?? ''));
    }
    return found;
  };

  it.each<Compression>(['none', 'gzip', 'snappy', 'lz4', 'zstd'])('is read batch by batch: %s', async (compression) => {
    const bytes = Buffer.concat([batch(compression, 'one', 'two'), batch('none', 'three'), batch(compression, 'four')]);
    expect(await read(bytes)).toEqual({ values: ['one', 'two', 'three', 'four'], rest: [] });
  });

  it('that is cut off anywhere shows its whole batches, and every byte of the rest', async () => {
    const [first, second] = [batch('none', 'one', 'two'), batch('none', 'three')];
    const whole = Buffer.concat([first, second]);
    for (let length = 0; length <= whole.length; length += 1) {
      const { values, rest } = await read(whole.subarray(0, length));
      expect(values).toEqual(
        length === whole.length ? ['one', 'two', 'three'] : length >= first.length ? ['one', 'two'] : [],
      );
      const from = values.length === 3 ? whole.length : values.length === 2 ? first.length : 0;
      expect(Buffer.concat(rest)).toEqual(whole.subarray(from, length));
    }
  });

  it('that is damaged is not given up: from there on it comes as bytes', async () => {
    const [good, bad] = [batch('gzip', 'one'), batch('gzip', 'two')];
    bad.fill(0xff, 61);
    const { values, rest } = await read(Buffer.concat([good, bad, good]));
    expect(values).toEqual(['one']);
    expect(Buffer.concat(rest)).toEqual(Buffer.concat([bad, good]));
    expect((await read(Buffer.alloc(100, 7))).rest).toEqual([Buffer.alloc(100, 7)]);
  });

  it('that is no batch and large comes in parts that overlap: nothing is cut in two', async () => {
    const { rest } = await read(Buffer.alloc(17 * 1024 * 1024, 'x'));
    expect(rest.map(({ length }) => length)).toEqual([16 * 1024 * 1024, 1024 * 1024 + 4_096]);
  });
});
