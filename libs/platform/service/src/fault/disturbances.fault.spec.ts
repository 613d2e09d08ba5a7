/**
 * Processes that are stopped where it hurts, replaced, and woken again as zombies; members that join and leave under
 * load. Whatever a zombie still does must change nothing and be said by nobody.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { endServiceProcesses, type ServiceProcess, testStack } from '@lethe/testkit';
import { type Lab, openLab } from './lab.ts';
import { type Proof, prove, underLoad } from './proof.ts';

/** Before the transaction, inside it, around its commit, and at every step of the relay that somebody else may have done meanwhile. */
const stops = [
  // The zombie that only the fence stops: it knows what to do and has not begun.
  'work.decided=stop@2',
  'fence.moved=stop@2',
  'work.outbox-written=stop@2',
  'store.before-commit=stop@3',
  'store.after-commit=stop@2',
  'due.claimed=stop',
  'relay.lease-taken=stop',
  'relay.position-read=stop',
  'relay.batch-made=stop@2',
  'relay.published=stop@2',
  'relay.removed=stop@2',
];
const zombies = stops.map((stop, index) => ({
  name: `SIGSTOP at ${stop.replace('=stop', '')}`,
  service: `zombie-${index}`,
  stop,
}));
const REBALANCED = 'members that join, leave and are killed';
const WIDTH = 4;
const MESSAGES = 600;

describe('a service that is disturbed', () => {
  let proof: Proof;

  beforeAll(async () => {
    await using lab = await openLab(await testStack());
    try {
      await lab.load.feed(MESSAGES);
      proof = await underLoad(lab, () =>
        prove('SIGSTOP and rebalances', lab, WIDTH, [
          { name: REBALANCED, service: 'rebalanced', play: () => rebalance(lab, 'rebalanced') },
          ...zombies.map(({ name, service, stop }) => ({ name, service, play: () => wake(lab, service, stop) })),
        ]),
      );
    } finally {
      await endServiceProcesses();
    }
  }, 600_000);

  afterAll(() => proof.print());

  it.each([...zombies.map(({ name }) => name), REBALANCED])('%s', (name) => {
    expect(proof.wrongOf(name)).toEqual([]);
  });
});

async function wake(lab: Lab, service: string, stop: string): Promise<void> {
  await using zombie = await lab.start('counting-service', service, stop);
  await zombie.waitForOutput(/failpoint .*: stop/, 60_000);
  await using successor = await lab.start('counting-service', service);
  await lab.settled(service);
  await zombie.kill('SIGCONT');
  // It finds out, joins again, and the two share what comes.
  await lab.ready(zombie);
  await lab.load.feed(60);
  await lab.settled(service);
  await Promise.all([lab.drain(zombie), lab.drain(successor)]);
}

async function rebalance(lab: Lab, service: string): Promise<void> {
  const member = async (): Promise<ServiceProcess> => {
    const joined = await lab.start('counting-service', service);
    await lab.load.feed(60);
    return joined;
  };
  const first = await member();
  await lab.ready(first);
  const second = await member();
  await lab.ready(second);
  const third = await member();
  await lab.ready(third);
  await lab.drain(first);
  const fourth = await member();
  await lab.ready(fourth);
  await second.kill('SIGKILL');
  await lab.load.feed(60);
  await lab.drain(third);
  const fifth = await member();
  await lab.settled(service);
  await lab.ready(fifth);
  await fourth.kill('SIGKILL');
  await lab.load.feed(60);
  await lab.settled(service);
  await lab.drain(fifth);
}
