/** What discovery makes of observations, requests and case events, in whatever order they come, on real topics. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OutgoingRecord } from '@lethe/bus';
import type { OrderSent, CaseClosed, SubjectObserved } from '@lethe/contracts';
import { developmentKeys, registerHash } from '@lethe/identity';
import type { LocationState, RegisterEntry } from '@lethe/subject-footprint';
import { waitFor } from '@lethe/testkit';
import { accepted, after, before, closed, cutOff, identity, observation, sent } from './discovery.given.ts';
import { type RunningDiscovery, runningDiscovery } from './running-discovery.given.ts';

/** Part of every ref and box that is fed in. The boxes are made up, so the refs are the one pepper's: none is opened. */
const mark = `canary${randomUUID().slice(0, 8)}`;
const ref = (): string => `dev.${mark}${randomUUID().slice(0, 8)}`;
const { register } = developmentKeys();

describe('discovery', () => {
  let discovery: RunningDiscovery;

  beforeAll(async () => {
    discovery = await runningDiscovery();
  }, 120_000);
  afterAll(async () => {
    await discovery[Symbol.asyncDispose]();
  }, 30_000);

  const observed = (event: SubjectObserved): OutgoingRecord =>
    discovery.record('lethe.observations', 'SubjectObserved', event, event.identities[0]?.ref ?? '');
  const request = (id: string, refs: readonly string[]): OutgoingRecord =>
    discovery.record('lethe.requests', 'SubjectRequestAccepted', accepted(id, refs), id);
  const ordered = (id: string, event: OrderSent = sent(id)): OutgoingRecord =>
    discovery.record('lethe.case-events', 'OrderSent', event, id);
  const over = (id: string, event: CaseClosed = closed(id)): OutgoingRecord =>
    discovery.record('lethe.case-events', 'CaseClosed', event, id);
  const hear = async (...records: readonly OutgoingRecord[]): Promise<void> => {
    await discovery.publish(records);
    await waitFor(() => discovery.hasReadAll(), { what: 'discovery to have read everything', timeoutMs: 30_000 });
  };
  const stateOf = async (id: string): Promise<LocationState | undefined> => {
    const found = await discovery.store.db
      .collection<{ _id: string; state: LocationState }>('locations')
      .findOne({ _id: id });
    return found?.state;
  };
  const reaches = (id: string, state: LocationState['state']): Promise<unknown> =>
    waitFor(async () => (await stateOf(id))?.state === state, { what: `${id} to be ${state}`, timeoutMs: 30_000 });
  /** What was told last, once there are so many increments. */
  const told = async (id: string, increments: number) => {
    const all = await waitFor(
      async () => {
        const said = await discovery.located(id);
        return said.length >= increments ? said : false;
      },
      { what: `increment ${increments} of ${id}`, timeoutMs: 30_000 },
    );
    return all.map(({ identifiers, complete, footprints }) => ({
      refs: identifiers.map((each) => each.ref).sort(),
      systems: footprints.map(({ system }) => system),
      complete,
    }));
  };
  const entriesOf = (name: string): Promise<readonly Omit<RegisterEntry, 'id'>[]> =>
    discovery.store.db
      .collection<Omit<RegisterEntry, 'id'>>('erasure-register')
      .find({ hash: registerHash(register.active, name) })
      .toArray();

  it('locates a subject over its links, behind the barrier, and grows until the case has begun to erase', async () => {
    const [id, a, b, c, d, e] = [randomUUID(), ref(), ref(), ref(), ref(), ref()];
    await hear(observed(observation([a, b])));
    await hear(request(id, [a]));
    await reaches(id, 'complete');
    const both = [a, b].sort();
    const systems = ['desk'];
    expect((await told(id, 2)).at(-1)).toEqual({ refs: both, systems, complete: true });
    expect(await entriesOf(b)).toMatchObject([{ requestId: id, cutOff: null, began: [] }]);

    await hear(ordered(id));
    expect(await entriesOf(b)).toMatchObject([{ cutOff, began: [{ system: 'desk', at: cutOff }] }]);

    // Reported before the cut-off, read after it was heard: no order has named c yet.
    await hear(observed(observation([b, c])));
    expect((await told(id, 3)).at(-1)).toEqual({ refs: [...both, c].sort(), systems, complete: true });
    expect(await entriesOf(c)).toMatchObject([{ requestId: id, cutOff, began: [{ system: 'desk', at: cutOff }] }]);
    await reaches(id, 'complete');

    const counted = await discovery.metric('lethe_observations_after_cutoff_total');
    await hear(observed(observation([b, d], { reportedAt: after })));
    expect(await discovery.metric('lethe_observations_after_cutoff_total')).toBe(counted + 1);
    expect(await entriesOf(d)).toEqual([]);

    const late = await discovery.metric('lethe_observations_unregistered_link_total');
    await hear(over(id));
    await reaches(id, 'ended');
    await hear(observed(observation([c, e])));
    expect(await discovery.metric('lethe_observations_unregistered_link_total')).toBe(late + 1);
    expect(await entriesOf(e)).toEqual([]);
    expect(await told(id, 3)).toHaveLength(3);
  }, 90_000);

  it('says also that a subject is nowhere', async () => {
    const [id, a] = [randomUUID(), ref()];
    await hear(request(id, [a]));
    expect(await told(id, 2)).toEqual([
      { refs: [a], systems: [], complete: false },
      { refs: [a], systems: [], complete: true },
    ]);
  }, 60_000);

  it('knows of an order that it hears before the request, as when a MongoDB was restored behind Kafka', async () => {
    const [id, a, b] = [randomUUID(), ref(), ref()];
    await hear(ordered(id));
    await hear(observed(observation([a, b])), request(id, [a]));
    await reaches(id, 'complete');
    for (const each of [a, b]) {
      expect(await entriesOf(each)).toMatchObject([{ requestId: id, cutOff, began: [{ system: 'desk', at: cutOff }] }]);
    }
  }, 60_000);

  it('registers a request whose case it has heard the end of, and keeps no identifier of it', async () => {
    const [id, a, b] = [randomUUID(), ref(), ref()];
    await hear(observed(observation([a, b])));
    await hear(ordered(id), over(id));
    await hear(request(id, [a]));
    expect(await stateOf(id)).toMatchObject({ state: 'ended', requestId: id, found: { identifiers: [] } });
    for (const each of [a, b]) expect(await entriesOf(each)).toMatchObject([{ requestId: id, cutOff }]);
    expect(await discovery.located(id)).toEqual([]);
  }, 60_000);

  it('takes a hundred linking identities at once', async () => {
    const [id, refs] = [randomUUID(), Array.from({ length: 100 }, ref)];
    await hear(...Array.from({ length: 20 }, () => observed(observation(refs))));
    await hear(request(id, refs.slice(50, 51)));
    expect((await told(id, 2)).at(-1)).toEqual({ refs: [...refs].sort(), systems: ['desk'], complete: true });
    const links = discovery.store.db.collection<{ a: string }>('links');
    expect(await links.countDocuments({ a: { $in: refs } })).toBe(99);
  }, 60_000);

  it('leaves incomplete, counts and names a request whose subject is larger than may be told', async () => {
    const [id, refs] = [randomUUID(), Array.from({ length: 600 }, ref)];
    await hear(observed(observation(refs)));
    await hear(request(id, refs.slice(0, 1)));
    await reaches(id, 'capped');
    const all = await told(id, 1);
    expect(all.map(({ refs: each, complete }) => ({ known: each.length, complete }))).toEqual([
      { known: 500, complete: false },
    ]);
    await waitFor(async () => (await discovery.metric('lethe_locating_capped')) === 1, { what: 'the gauge' });
    expect(await discovery.metric('lethe_locations_capped_total')).toBe(1);
    expect(discovery.output()).toMatch(new RegExp(`"requestId":"${id}"[^\n]*larger than may be told`));
    await hear(over(id));
    await reaches(id, 'ended');
  }, 60_000);

  it('takes another box of an identifier only when it is under another key', async () => {
    const a = ref();
    const boxOf = async () =>
      (await discovery.store.db.collection('identities').findOne({ _id: a as never }))?.['sealed'] as unknown;
    const first = observation([a]);
    await hear(observed(first));
    const other = { ...identity(a).sealed, ciphertext: Buffer.from('another') };
    await hear(observed({ ...first, identities: [{ ...identity(a), sealed: other, links: true }] }));
    expect(await boxOf()).toEqual(identity(a).sealed);
    await hear(observed(observation([a], { keyId: 'k2' })));
    expect(await boxOf()).toEqual(identity(a, 'k2').sealed);
  }, 60_000);

  it('serves the others when one location fails, and shows how old the oldest is', async () => {
    const broken = randomUUID();
    const failures = await discovery.metric('lethe_locating_failures_total');
    await discovery.store.db.collection('locations').insertOne({
      _id: broken as never,
      version: 1,
      pos: 0,
      state: { state: 'locating', turn: 1, openSince: before, barrier: { phase: 'walking' }, found: null },
    });
    const [id, a] = [randomUUID(), ref()];
    await hear(request(id, [a]));
    await reaches(id, 'complete');
    await waitFor(async () => (await discovery.metric('lethe_locating_failures_total')) > failures, {
      what: 'the failure to be counted',
    });
    expect(discovery.output()).toContain(`"requestId":"${broken}"`);
    await waitFor(async () => (await discovery.metric('lethe_locating_oldest_seconds')) > 3_600, { what: 'the age' });
    await discovery.store.db.collection('locations').deleteOne({ _id: broken as never });
    await waitFor(async () => (await discovery.metric('lethe_locating_oldest_seconds')) === 0, { what: 'its end' });
  }, 60_000);

  it('writes no ref and no box into any log', () => {
    expect(discovery.output()).not.toContain(mark);
  });
});
