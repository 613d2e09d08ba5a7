/** How intake starts, and when it does not. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { givenCatalogTexts } from './intake.given.ts';
import { runningIntake, startIntake, type Started } from './running-intake.given.ts';

describe('intake does not start', () => {
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  const failure = async (started: Started): Promise<string> => {
    const { process, close } = await startIntake(started);
    closing.push(close);
    expect((await process.exited).code).toBe(1);
    return process.output();
  };

  it('with an invalid catalog, and names each problem at its line', async () => {
    const output = await failure({
      texts: {
        ...givenCatalogTexts,
        'systems/crm.yaml': `name: crm
kind: friendly
datasets: [contacts]
identityTypes: [passport]
answerWithin: soon
`,
      },
    });
    expect(output).toMatch(/systems\/crm\.yaml:2:\d+/);
    expect(output).toMatch(/systems\/crm\.yaml:4:\d+/);
    expect(output).toMatch(/systems\/crm\.yaml:5:\d+/);
  }, 60_000);

  it('with development keys in production', async () => {
    const output = await failure({ env: { NODE_ENV: 'production' } });
    for (const name of ['LETHE_SEALING_KEYS', 'LETHE_PEPPERS', 'LETHE_REGISTER_KEYS']) expect(output).toContain(name);
  }, 60_000);

  it('with a key that is too short, which it does not repeat', async () => {
    const short = Buffer.from('too short').toString('base64');
    const output = await failure({ env: { LETHE_SEALING_KEYS: `k:${short}` } });
    expect(output).toContain('LETHE_SEALING_KEYS');
    expect(output).not.toContain(short);
  }, 60_000);

  it('with settings that are none, all of them named', async () => {
    const output = await failure({ env: { LETHE_COALESCE_MS: 'soon', LETHE_CATALOG: undefined } });
    expect(output).toContain('LETHE_COALESCE_MS');
    expect(output).toContain('LETHE_CATALOG');
  }, 60_000);
});

it('intake says that it only listens to this machine, and drains when it is asked to end', async () => {
  await using intake = await runningIntake();
  expect(intake.url).toMatch(/^http:\/\/127\.0\.0\.1:/);
  expect(intake.process.output()).toContain('callers are not authenticated');
  expect(intake.process.output()).toContain('development keys are in use');
  await intake.process.kill('SIGTERM');
  expect((await intake.process.exited).code).toBe(0);
  expect(intake.process.output()).toContain('"msg":"stopped"');
}, 90_000);
