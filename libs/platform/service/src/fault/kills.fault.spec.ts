/**
 * SIGKILL at every failpoint that the counting service has, at its first, second and fifth pass, under load; and a
 * takeover that is killed in turn. Afterwards nothing is lost, applied twice, published twice or out of order.
 */
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { endServiceProcesses, testStack, waitFor } from '@lethe/testkit';
import { inPool, type Lab, openLab, programOf } from './lab.ts';
import { keepFeeding } from './load.ts';
import { outcomes } from './outcomes.ts';
import { logOf, outputsOf, truthOf, wrongOutput, wrongState } from './truth.ts';

const enumerated = spawnSync(process.execPath, [programOf('counting-service'), '--failpoints'], {
  encoding: 'utf8',
  env: { ...process.env, NODE_OPTIONS: '' },
})
  .stdout.trim()
  .split('\n');

/** Of the path without a store, which this service has not: passing.fault.spec.ts kills there. */
const ofAnotherPath = (point: string): boolean => point.startsWith('pass-on.');
/** Passed once per takeover, so a process that leads without a fault passes them once. */
const onceInAProcess = new Set(['relay.lease-taken', 'relay.initialised', 'relay.position-read']);
const PASSES = [1, 2, 5];

interface Scenario {
  readonly name: string;
  readonly service: string;
  /** One process after the other, each armed with one of these; then one that is left alone. */
  readonly kills: readonly string[];
}

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
const scenarios: readonly Scenario[] = [...single, ...takeovers].map((each, index) => ({
  ...each,
  service: `counting-${index}`,
}));

const MESSAGES = 1_000;
const WIDTH = 6;
/** A restart after a kill waits for the killed member's session, 6 s; the rest is patience with a busy machine. */
const REACHED_WITHIN_MS = 60_000;

describe('a service that is killed', () => {
  const list = outcomes('Killed services');
  const results = new Map<string, PromiseSettledResult<{ readonly wrong: readonly string[] }>>();

  beforeAll(async () => {
    await using lab = await openLab(await testStack());
    await lab.load.feed(MESSAGES);
    const feeding = keepFeeding(lab.load);
    try {
      const played = await inPool(
        WIDTH,
        scenarios.map((scenario) => () => play(lab, scenario)),
      );
      await feeding.stop();
      const [log, outputs] = await Promise.all([logOf(lab.bus, lab.prefix), outputsOf(lab.bus, lab.prefix)]);
      for (const [index, scenario] of scenarios.entries()) {
        const result = await list.of(scenario.name, played[index], async () => {
          const db = lab.db(scenario.service);
          const truth = await truthOf(db, log);
          const wrong = [
            ...(await wrongState(db, truth)),
            ...(await wrongOutput(db, scenario.service, truth, outputs)),
          ];
          return { wrong, outcome: wrong[0] ?? `exact after ${truth.messages} messages` };
        });
        results.set(scenario.name, result);
      }
    } finally {
      await feeding.stop();
      await endServiceProcesses();
    }
  }, 420_000);

  afterAll(() => list.print());

  it('enumerates its failpoints', () => {
    expect(points.length).toBeGreaterThan(10);
    expect([...onceInAProcess].filter((point) => !points.includes(point))).toEqual([]);
  });

  it.each(scenarios.map(({ name }) => name))('%s', (name) => {
    const result = results.get(name);
    if (result?.status === 'rejected') throw result.reason;
    expect(result?.value.wrong).toEqual([]);
  });
});

/** How long it took, in milliseconds. */
async function play(lab: Lab, { service, kills }: Scenario): Promise<number> {
  const began = performance.now();
  for (const kill of kills) {
    await using killed = await lab.start('counting-service', service, kill);
    let ended: string | null = null;
    void killed.exited.then(({ code, signal }) => (ended = signal ?? `exit ${String(code)}`));
    await waitFor(() => ended, { what: `${kill} to be reached`, timeoutMs: REACHED_WITHIN_MS });
    if (ended !== 'SIGKILL') throw new Error(`${kill} ended in ${String(ended)}\n${killed.output()}`);
  }
  await using survivor = await lab.start('counting-service', service);
  await lab.settled(service);
  await survivor.kill('SIGTERM');
  const { code } = await survivor.exited;
  if (code !== 0) throw new Error(`${service} did not drain: exit ${String(code)}\n${survivor.output()}`);
  return performance.now() - began;
}
