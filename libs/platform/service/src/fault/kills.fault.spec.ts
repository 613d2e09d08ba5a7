/**
 * SIGKILL at every failpoint that the counting service has, at its first, second and fifth pass, under load; and a
 * takeover that is killed in turn. Afterwards nothing is lost, applied twice, published twice or out of order.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { endServiceProcesses, testStack } from '@lethe/testkit';
import { failpointsOf, type Lab, openLab, untilKilled } from './lab.ts';
import { type Proof, prove, underLoad } from './proof.ts';

const enumerated = failpointsOf('counting-service');

/** Of the path without a store, which this service has not: passing.fault.spec.ts kills there. */
const ofAnotherPath = (point: string): boolean => point.startsWith('pass-on.');
/** Passed once per takeover, so a process that leads without a fault passes them once. */
const onceInAProcess = new Set(['relay.lease-taken', 'relay.initialised', 'relay.position-read']);
const PASSES = [1, 2, 5];

const points = enumerated.filter((point) => !ofAnotherPath(point));
const single = points.map((point) => {
  const passes = onceInAProcess.has(point) ? [1] : PASSES;
  return {
    name: `SIGKILL at ${point}, pass ${passes.join(', ')}`,
    kills: passes.map((pass) => `${point}=kill@${pass}`),
  };
});
const takeovers = [
  ['relay.batch-made', 'relay.position-read'],
  ['relay.published', 'relay.initialised'],
  ['relay.published', 'relay.removed'],
  ['relay.removed', 'relay.cleared'],
].map(([first, second]) => ({
  name: `SIGKILL at ${first ?? ''}, and of whoever takes over at ${second ?? ''}`,
  kills: [`${first ?? ''}=kill@2`, `${second ?? ''}=kill`],
}));
const scenarios = [...single, ...takeovers].map((each, index) => ({ ...each, service: `killed-${index}` }));

const MESSAGES = 600;
const WIDTH = 6;

describe('a service that is killed', () => {
  let proof: Proof;

  beforeAll(async () => {
    await using lab = await openLab(await testStack());
    try {
      await lab.load.feed(MESSAGES);
      proof = await underLoad(lab, () =>
        prove(
          'SIGKILL',
          lab,
          WIDTH,
          scenarios.map((each) => ({ ...each, play: () => play(lab, each) })),
        ),
      );
    } finally {
      await endServiceProcesses();
    }
  }, 600_000);

  afterAll(() => proof.print());

  it('enumerates its failpoints', () => {
    expect(points.length).toBeGreaterThan(10);
    expect([...onceInAProcess].filter((point) => !points.includes(point))).toEqual([]);
  });

  it.each(scenarios.map(({ name }) => name))('%s', (name) => {
    expect(proof.wrongOf(name)).toEqual([]);
  });
});

/** One process after the other, each armed with one of the kills; then one that is left alone. */
async function play(lab: Lab, { service, kills }: { readonly service: string; readonly kills: readonly string[] }) {
  for (const kill of kills) {
    await using killed = await lab.start('counting-service', service, kill);
    await untilKilled(killed);
  }
  await using survivor = await lab.start('counting-service', service);
  await lab.settled(service);
  await lab.drain(survivor);
}
