/** Keys rotate while processes with the old and the new list run side by side: nobody who was erased is forgotten. */
import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OutgoingRecord } from '@lethe/bus';
import type { SealedIdentity, SubjectObserved } from '@lethe/contracts';
import { loadKeys, type Sealer, sealerOf } from '@lethe/identity';
import { waitFor } from '@lethe/testkit';
import { accepted, after, before, closed, cutOff, observation, sent } from './discovery.given.ts';
import { keysInUse } from './store/key-use.ts';
import { discoveryProcess, type RunningDiscovery, runningDiscovery } from './running-discovery.given.ts';

const key = (id: string): string => `${id}:${randomBytes(32).toString('base64')}`;
const [p1, p2, r1, r2, s1, s2] = [key('p1'), key('p2'), key('r1'), key('r2'), key('s1'), key('s2')];
const keys = (peppers: readonly string[], register: readonly string[], sealing: readonly string[]) => ({
  LETHE_PEPPERS: peppers.join(),
  LETHE_REGISTER_KEYS: register.join(),
  LETHE_SEALING_KEYS: sealing.join(),
});
const old = keys([p1], [r1], [s1]);
const young = keys([p2, p1], [r2, r1], [s2, s1]);
const sealerUnder = (env: Readonly<Record<string, string>>): Sealer => sealerOf(loadKeys(env));
const intake = { old: sealerUnder(old), young: sealerUnder(young), youngest: sealerUnder(keys([p2], [r2], [s2])) };

/** Part of every value that is sealed. */
const mark = `canary-${randomUUID().slice(0, 8)}`;
let made = 0;
const value = (): string => `${mark}-${(made += 1)}@example.com`;

interface Entry {
  readonly _id: string;
  readonly hash: string;
  readonly keys: readonly string[];
  readonly pepper: string;
  readonly cutOff: Date | null;
}

describe('a rotation of all keys', () => {
  /** Holds the database; its process has the old keys. */
  let first: RunningDiscovery;
  const others: RunningDiscovery[] = [];

  beforeAll(async () => {
    first = await runningDiscovery({ env: old });
  }, 120_000);
  afterAll(async () => {
    for (const each of others) await each[Symbol.asyncDispose]();
    await first[Symbol.asyncDispose]();
  }, 60_000);

  const another = async (env: Readonly<Record<string, string>>): Promise<RunningDiscovery> => {
    const running = await runningDiscovery({ beside: first.prefix, env });
    others.push(running);
    return running;
  };
  const seen = (sealer: Sealer, values: readonly string[], reportedAt = before): OutgoingRecord => {
    const event: SubjectObserved = {
      ...observation([], { reportedAt }),
      identities: values.map((each) => ({ ...box(sealer, each), links: true })),
    };
    return first.record('lethe.observations', 'SubjectObserved', event, event.identities[0]?.ref ?? '');
  };
  const box = (sealer: Sealer, each: string): SealedIdentity =>
    sealer.seal({ controller: 'corner', type: 'email', value: each });
  const request = (id: string, sealer: Sealer, values: readonly string[]): OutgoingRecord => {
    const event = { ...accepted(id, []), identities: values.map((each) => box(sealer, each)) };
    return first.record('lethe.requests', 'SubjectRequestAccepted', event, id);
  };
  const caseOf = (id: string): readonly OutgoingRecord[] => [
    first.record('lethe.case-events', 'OrderSent', sent(id), id),
    first.record('lethe.case-events', 'CaseClosed', closed(id), id),
  ];
  const readAll = (): Promise<unknown> =>
    waitFor(() => first.hasReadAll(), { what: 'discovery to have read everything', timeoutMs: 60_000 });
  const entriesOf = (id: string): Promise<readonly Entry[]> =>
    first.store.db.collection<Entry>('erasure-register').find({ requestId: id }).toArray();
  const located = (id: string): Promise<readonly string[]> =>
    waitFor(
      async () => {
        const told = (await first.located(id)).find(({ complete }) => complete);
        return told?.identifiers.map((identity) => intake.young.open('corner', identity)).sort() ?? false;
      },
      { what: `${id} to be located`, timeoutMs: 30_000 },
    );
  const refused = async (env: Readonly<Record<string, string>>): Promise<string> => {
    const process = await discoveryProcess(first.prefix, env);
    expect((await process.exited).code).toBe(1);
    return process.output();
  };

  const openCase = { id: '' };
  const inUse = async (purpose: string, id: string): Promise<number> =>
    (await others[0]?.metric('lethe_keys_in_use', `purpose="${purpose}"`, `key="${id}"`)) ?? NaN;
  const [erasedId, a, b] = [randomUUID(), value(), value()];

  it('remembers, under the new names as well, who was erased under the old ones', async () => {
    await first.publish([seen(intake.old, [a, b])]);
    await readAll();
    await first.publish([request(erasedId, intake.old, [a])]);
    expect(await located(erasedId)).toEqual([a, b]);
    await first.publish(caseOf(erasedId));
    await readAll();
    expect(await entriesOf(erasedId)).toHaveLength(2);

    const second = await another(young);
    const counted = async (): Promise<number> => second.metric('lethe_observations_after_cutoff_total');
    // The first one reads no further: names that are made from now on would be strange to it. Nothing is lost by that.
    const late = Array.from({ length: 12 }, (_, each) =>
      seen(each % 2 === 0 ? intake.old : intake.young, [each % 3 === 0 ? a : value(), b], after),
    );
    const forgotten = await first.metric('lethe_observations_after_cutoff_total');
    await first.publish(late);
    await waitFor(() => first.output().includes('peppers_moved_on') || first.hasReadAll(), {
      what: 'the first process to notice, or the second to hold all partitions',
      timeoutMs: 30_000,
    });
    expect(await first.metric('lethe_observations_after_cutoff_total')).toBe(forgotten);
    await first.stop();
    await readAll();
    // Counted a moment after the commit that the fence is part of.
    await waitFor(async () => (await counted()) === late.length, { what: 'all of them to be counted' });
  }, 120_000);

  it('moves entries, names and boxes on to the new keys, and shows what still needs an old one', async () => {
    await waitFor(async () => (await entriesOf(erasedId)).every(({ keys: its }) => its.at(-1) === 'r2'), {
      what: 'the register to be rewrapped',
      timeoutMs: 30_000,
    });
    await waitFor(async () => (await inUse('sealing', 's1')) + (await inUse('peppers', 'p1')) === 0, {
      what: 'the old sealing key and pepper to be free',
      timeoutMs: 30_000,
    });
    expect(await inUse('register', 'r1')).toBeGreaterThan(0);
    const entries = await entriesOf(erasedId);
    // Two identifiers under two names each.
    expect(entries.map(({ pepper }) => pepper).sort()).toEqual(['p1', 'p1', 'p2', 'p2']);
    for (const entry of entries) {
      expect(entry.cutOff).toEqual(cutOff);
      expect(entry._id).toBe(`${entry.hash}|${erasedId}`);
      expect(entry.hash.startsWith('r2.')).toBe(true);
    }
  }, 60_000);

  it('finds one subject once, whose identifiers were seen under names of both', async () => {
    const [id, x, y, z] = [randomUUID(), value(), value(), value()];
    await first.publish([seen(intake.old, [x, y]), seen(intake.young, [y, z]), seen(intake.young, [x, y])]);
    await readAll();
    await first.publish([request(id, intake.young, [x])]);
    openCase.id = id;
    expect(await located(id)).toEqual([x, y, z].sort());
    await first.publish([seen(intake.old, [z, x]), seen(intake.young, [z, y])]);
    await readAll();
    expect(await first.located(id)).toHaveLength(2);
  }, 60_000);

  it('goes on without the old pepper and sealing key, and not without a key that the register needs', async () => {
    const [second] = others;
    if (second === undefined) throw new Error('the second process did not start');
    expect(await refused(keys([p2, p1], [r2], [s2, s1]))).toMatch(
      /LETHE_REGISTER_KEYS: r1 is missing, and \d+ register entries are made with it; put it back/,
    );
    // An open case still holds boxes as they were when it was located.
    const id = openCase.id;
    await first.publish(caseOf(id));
    // Counted here: what the metric says may be a count of before.
    const stillOld = async (): Promise<number> => {
      const { sealing, peppers } = await keysInUse(first.store, ['p2', 'p1']);
      return (sealing.get('s1') ?? 0) + (peppers.get('p1') ?? 0);
    };
    await waitFor(async () => (await stillOld()) === 0, { what: 'the old boxes to be gone', timeoutMs: 30_000 });
    await second.stop();

    const third = await another(keys([p2], [r2, r1], [s2]));
    await first.publish([seen(intake.youngest, [b], after)]);
    await readAll();
    const counted = () => third.metric('lethe_observations_after_cutoff_total');
    await waitFor(async () => (await counted()) === 1, { what: 'it to be counted' });
  }, 120_000);

  it('writes no value, no ref and no key into any log', () => {
    const written = [first, ...others].map((each) => each.output()).join('\n');
    expect(written).not.toContain(mark);
    expect(written).not.toContain(box(intake.young, b).ref);
    for (const each of [p1, p2, r1, r2, s1, s2]) expect(written).not.toContain(each.slice(3));
  });
});
