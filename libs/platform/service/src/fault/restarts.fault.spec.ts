/** The servers themselves are killed under load, one after the other and both at once, and come back: services go on by themselves. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { endServiceProcesses, ownStack } from '@lethe/testkit';
import { type Lab, openLab } from './lab.ts';
import { type Proof, prove, underLoad } from './proof.ts';

const KILLED = 'mongod killed and restarted, Kafka killed and restarted, then both';
const MESSAGES = 400;

describe('servers that are killed', () => {
  let proof: Proof;

  beforeAll(async () => {
    await using stack = await ownStack();
    await using lab = await openLab(stack);
    const play = async (service: string): Promise<void> => {
      await using process = await lab.start('counting-service', service);
      await lab.ready(process);
      await stack.kill('mongodb');
      await stack.restart('mongodb');
      await goesOn(lab, service);
      await stack.kill('kafka');
      await stack.restart('kafka');
      await goesOn(lab, service);
      await Promise.all([stack.kill('kafka'), stack.kill('mongodb')]);
      await Promise.all([stack.restart('kafka'), stack.restart('mongodb')]);
      await goesOn(lab, service);
      await lab.ready(process);
      await lab.drain(process);
    };
    try {
      await lab.load.feed(MESSAGES);
      proof = await underLoad(lab, () =>
        prove('Killed servers', lab, 1, [{ name: KILLED, service: 'restarted', play: () => play('restarted') }]),
      );
    } finally {
      await endServiceProcesses();
    }
  }, 300_000);
  afterAll(() => proof.print());

  it.each([KILLED])('%s', (name) => {
    expect(proof.wrongOf(name)).toEqual([]);
  });
});

async function goesOn(lab: Lab, service: string): Promise<void> {
  await lab.load.feed(60);
  await lab.settled(service);
}
