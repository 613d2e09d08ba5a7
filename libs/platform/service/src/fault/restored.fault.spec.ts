/**
 * A MongoDB that was restored behind Kafka: every message is applied (again), nothing is lost, and the relay's numbers
 * go on behind the position that Kafka remembers. Facts said between the copy and the restoration are said again;
 * their readers know them by request and sequence.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Db, Document } from 'mongodb';
import { endServiceProcesses, testStack, waitFor } from '@lethe/testkit';
import { type Lab, openLab } from './lab.ts';
import { type Proof, prove, underLoad } from './proof.ts';

const MIDDLE = 'a copy taken in the middle of the load';
const PENDING = 'a copy taken while a batch of the relay was pending';
const MESSAGES = 600;

describe('a MongoDB restored behind Kafka', () => {
  let proof: Proof;
  const numbers = new Map<string, { readonly before: number; readonly after: number }>();

  beforeAll(async () => {
    await using lab = await openLab(await testStack());
    try {
      await lab.load.feed(MESSAGES);
      proof = await underLoad(lab, () =>
        prove('Restored behind Kafka', lab, 2, [
          { name: MIDDLE, service: 'restored-middle', repeats: true, play: () => play(lab, 'restored-middle', '') },
          {
            name: PENDING,
            service: 'restored-pending',
            repeats: true,
            play: () => play(lab, 'restored-pending', 'relay.batch-made=stop@3'),
          },
        ]),
      );
    } finally {
      await endServiceProcesses();
    }
  }, 300_000);
  afterAll(() => proof.print());

  it.each([MIDDLE, PENDING])('%s', (name) => {
    expect(proof.wrongOf(name)).toEqual([]);
  });

  it.each(['restored-middle', 'restored-pending'])('the relay of %s counts on behind the position', (service) => {
    const { before, after } = numbers.get(service) ?? { before: 0, after: 0 };
    expect(before).toBeGreaterThan(0);
    expect(after).toBeGreaterThan(before);
  });

  const play = async (lab: Lab, service: string, stop: string): Promise<void> => {
    const db = lab.db(service);
    let copy: ReadonlyMap<string, readonly Document[]>;
    {
      await using first = await lab.start('counting-service', service, stop);
      if (stop === '') {
        const some = async (): Promise<boolean> => ((await lab.relay(service))?.cleared ?? 0) >= 3;
        await waitFor(some, { what: 'some of the load to be handled', timeoutMs: 60_000, everyMs: 20 });
        copy = await copyOf(db);
      } else {
        await first.waitForOutput(/failpoint .*: stop/, 60_000);
        expect((await lab.relay(service))?.ids.length).toBeGreaterThan(0);
        copy = await copyOf(db);
        await first.kill('SIGCONT');
      }
      await lab.load.feed(200);
      await lab.settled(service);
      await lab.drain(first);
    }
    const before = (await lab.relay(service))?.last ?? 0;
    await restore(db, copy);
    expect((await lab.relay(service))?.last).toBeLessThan(before);
    await using second = await lab.start('counting-service', service);
    await lab.settled(service);
    await lab.ready(second);
    await lab.drain(second);
    numbers.set(service, { before, after: (await lab.relay(service))?.last ?? 0 });
  };
});

/** As of one moment, like a backup. */
async function copyOf(db: Db): Promise<ReadonlyMap<string, readonly Document[]>> {
  const names = (await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name);
  const session = db.client.startSession({ snapshot: true });
  try {
    const copies = new Map<string, readonly Document[]>();
    for (const name of names) copies.set(name, await db.collection(name).find({}, { session }).toArray());
    return copies;
  } finally {
    await session.endSession();
  }
}

async function restore(db: Db, copy: ReadonlyMap<string, readonly Document[]>): Promise<void> {
  await db.dropDatabase();
  for (const [name, documents] of copy) {
    if (documents.length > 0) await db.collection(name).insertMany([...documents]);
  }
}
