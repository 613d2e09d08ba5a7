import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Findings } from './findings.ts';
import { lensOf } from './lens.ts';
import type { Looking } from './looking.ts';
import { linesOf, searchLogs } from './logs.ts';
import { catalog, keys, sought } from './sought.given.ts';

const seed = 7_733;

const parts = async function* (bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
};
const linesIn = async (bytes: Buffer, size: number): Promise<readonly Buffer[]> => {
  const lines: Buffer[] = [];
  for await (const line of linesOf(parts(bytes, size))) lines.push(line);
  return lines;
};

describe(`lines (seed ${seed})`, () => {
  it('are the same however the bytes come', async () => {
    const someBytes = fc.array(fc.constantFrom(0x0a, 0x61, 0x00, 0xff), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(someBytes, fc.integer({ min: 1, max: 9 }), async (bytes, size) => {
        const text = Buffer.from(bytes).toString('latin1');
        const expected = text.split('\n');
        if (expected.at(-1) === '') expected.pop();
        expect((await linesIn(Buffer.from(bytes), size)).map((line) => line.toString('latin1'))).toEqual(expected);
      }),
      { seed, numRuns: 200 },
    );
  });

  it('without an end are handed over in parts that overlap', async () => {
    const bytes = Buffer.alloc(20 * 1024 * 1024, 'x');
    const lines = await linesIn(bytes, 1 << 20);
    expect(lines.length).toBeGreaterThan(1);
    for (const { length } of lines) expect(length).toBeLessThan(10 * 1024 * 1024);
    expect(lines.reduce((sum, { length }) => sum + length, 0)).toBe(bytes.length + (lines.length - 1) * 4_096);
  });
});

describe('log files', () => {
  const value = 'canary.7731@example.com';
  const looked = async (...folders: readonly string[]) => {
    const blind: string[] = [];
    const findings = new Findings(() => false);
    const looking: Looking = {
      ...{ prefix: 'lethe', lens: lensOf([sought(value, 'email')], keys, catalog), findings },
      looked: () => undefined,
      notLooked: () => undefined,
      blindTo: (what) => void blind.push(what),
      goOn: () => undefined,
    };
    await searchLogs(folders, looking);
    return { places: findings.list().map(({ place }) => place), blind };
  };

  it('are found behind links, each folder once; a link to nothing and a folder without a file are told', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lethe-logs-'));
    try {
      await mkdir(join(folder, 'pods'));
      await mkdir(join(folder, 'empty'));
      await mkdir(join(folder, 'logs'));
      await writeFile(join(folder, 'pods', '0.log'), `for ${value}\n`);
      await symlink(join(folder, 'pods', '0.log'), join(folder, 'logs', 'intake.log'));
      await symlink(join(folder, 'pods'), join(folder, 'logs', 'pods'));
      await symlink(join(folder, 'logs'), join(folder, 'pods', 'round'));
      await symlink(join(folder, 'rotated-away'), join(folder, 'logs', 'gone.log'));
      expect(await looked(join(folder, 'logs'), join(folder, 'empty'))).toEqual({
        places: ['logs/intake.log', 'logs/pods/0.log'],
        blind: ['logs/gone.log: ENOENT', '--logs: number 2 holds no file'],
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
