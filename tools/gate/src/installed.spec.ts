import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { installProblem } from './installed.ts';

describe('what is installed', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lethe-gate-'));
    mkdirSync(join(folder, 'node_modules'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const lock = (file: string, packages: object): void =>
    writeFileSync(join(folder, file), JSON.stringify({ packages }));
  const wanted = {
    '': {},
    'node_modules/a': { version: '1.0.0' },
    'node_modules/other-platform': { version: '1.0.0', optional: true },
    'node_modules/@lethe/bus': { link: true, resolved: 'libs/platform/bus' },
    'libs/platform/bus': { version: '0.0.0' },
  };

  it('is nothing in a fresh clone', () => {
    lock('package-lock.json', wanted);
    expect(installProblem(folder)).toBe('Nothing is installed yet: run `npm ci` first.');
  });

  it('is right without the packages of other platforms', () => {
    lock('package-lock.json', wanted);
    lock('node_modules/.package-lock.json', { 'node_modules/a': { version: '1.0.0' } });
    expect(installProblem(folder)).toBeNull();
  });

  it('is wrong when a version differs', () => {
    lock('package-lock.json', wanted);
    lock('node_modules/.package-lock.json', { 'node_modules/a': { version: '0.9.0' } });
    expect(installProblem(folder)).toMatch(/1 packages, a among them.*npm ci/);
  });
});
