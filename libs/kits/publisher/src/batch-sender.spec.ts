import { describe, expect, it } from '@jest/globals';
import type { OutgoingRecord } from '@lethe/bus';
import { batchSender } from './batch-sender.ts';

const record = (key: string): OutgoingRecord => ({ topic: 't', key, value: null, headers: {} });
const keys = (records: readonly OutgoingRecord[]): string => records.map(({ key }) => key).join('');

describe('the sender', () => {
  it('has one send on its way and gathers the next, in the order of the calls', async () => {
    const sends: string[] = [];
    let onItsWay = 0;
    const sender = batchSender(
      {
        async send(records) {
          expect((onItsWay += 1)).toBe(1);
          sends.push(keys(records));
          await new Promise((resolve) => setImmediate(resolve));
          onItsWay -= 1;
        },
      },
      { mostRecords: 3 },
    );
    await Promise.all(
      ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((key) => sender.send([record(key)])).concat(sender.send([])),
    );
    await sender.send(['h', 'i', 'j', 'k', 'l'].map(record));
    expect(sends).toEqual(['a', 'bcd', 'efg', 'hijkl']);
    expect(sender.waiting()).toBe(0);
  });

  it('repeats a send that failed, and loses nothing', async () => {
    const sends: string[] = [];
    const sender = batchSender({
      send(records) {
        sends.push(keys(records));
        return sends.length < 3 ? Promise.reject(new Error('broker of jane@example.com is away')) : Promise.resolve();
      },
    });
    await Promise.all([sender.send([record('a')]), sender.send([record('b')])]);
    expect(sends).toEqual(['a', 'a', 'a', 'b']);
  });

  it('tells its callers when it gives up, and goes on with the next', async () => {
    let fails = true;
    const sender = batchSender(
      { send: () => (fails ? Promise.reject(new Error('jane@example.com')) : Promise.resolve()) },
      { giveUpAfterMs: 0 },
    );
    const lost = sender.send([record('a')]);
    await expect(lost).rejects.toMatchObject({ code: 'not_sent', message: expect.not.stringContaining('jane') });
    fails = false;
    await expect(sender.send([record('b')])).resolves.toBeUndefined();
  });
});
