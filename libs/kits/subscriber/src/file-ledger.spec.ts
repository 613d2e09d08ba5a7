import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileLedger } from './file-ledger.ts';
import { begun, type Ledger, type LedgerEntry } from './ledger.ts';

let folder: string;
const opened: Required<Ledger>[] = [];
const open = (name = 'a/b/ledger.sqlite'): Required<Ledger> => {
  const ledger = fileLedger(join(folder, name));
  opened.push(ledger);
  return ledger;
};
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lethe-ledger-'));
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((ledger) => ledger.close()));
  await rm(folder, { recursive: true });
});

const more = (orderId: string) => (standing: LedgerEntry | null) =>
  begun(orderId, standing, { by: 'me', aliveUntil: new Date(0), aliveMs: 1, held: null });

describe('the ledger in a file', () => {
  it('knows after a restart what it knew before', async () => {
    const ledger = open();
    expect(await ledger.find('one')).toBeNull();
    const entry = await ledger.change('one', more('one'));
    await ledger.close();
    opened.length = 0;
    expect(await open().find('one')).toEqual(entry);
  });

  it('changes an entry by what stands, also when many do so at once and from two processes', async () => {
    const [one, other] = [open(), open()];
    await Promise.all(Array.from({ length: 40 }, (_, at) => (at % 2 === 0 ? one : other).change('one', more('one'))));
    expect((await one.find('one'))?.run?.number).toBe(40);
  });

  it('keeps what others change when one change fails', async () => {
    const ledger = open();
    const changes = await Promise.allSettled([
      ledger.change('one', more('one')),
      ledger.change('two', () => {
        throw new Error('not so');
      }),
      ledger.change('three', more('three')),
    ]);
    expect(changes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await ledger.find('two')).toBeNull();
    expect((await ledger.find('three'))?.run?.number).toBe(1);
  });

  it('writes what was asked for before it is closed', async () => {
    const ledger = open();
    const [entry] = await Promise.all([ledger.change('one', more('one')), ledger.close()]);
    opened.length = 0;
    expect(await open().find('one')).toEqual(entry);
  });
});
