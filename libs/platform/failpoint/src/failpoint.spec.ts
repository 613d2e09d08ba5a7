import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { failpoint, failpoints, parseFailpoints } from './index.ts';

const source = new URL('./index.ts', import.meta.url).href;

function runArmed(orders: string) {
  const program = `
    const { failpoint } = await import(${JSON.stringify(source)});
    const here = failpoint('test.here');
    for (let i = 1; i <= 3; i++) { here(); console.log('passed ' + i); }`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    env: { ...process.env, LETHE_FAILPOINTS: orders, NODE_OPTIONS: '' },
    encoding: 'utf8',
  });
}

describe('failpoint', () => {
  it('does nothing while it is off, and can be enumerated', () => {
    const here = failpoint('test.off');
    here();
    expect(failpoints()).toContain('test.off');
  });

  it('kills the process at the nth pass, as a crash does', () => {
    const run = runArmed('test.here=kill@2');
    expect(run.signal).toBe('SIGKILL');
    expect(run.stdout).toBe('passed 1\n');
  });

  it('throws where it is armed to throw', () => {
    const run = runArmed('test.here=throw@3');
    expect(run.status).not.toBe(0);
    expect(run.stdout).toBe('passed 1\npassed 2\n');
    expect(run.stderr).toContain('failpoint test.here was armed to throw');
  });

  it('refuses an order that it cannot read', () => {
    expect(() => parseFailpoints('test.here=explode')).toThrow('"test.here=explode" is not');
  });
});
