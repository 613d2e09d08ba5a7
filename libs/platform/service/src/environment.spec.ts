import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from './config.ts';
import { withFiles } from './environment.ts';

describe('withFiles', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lethe-environment-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const file = (name: string, content: string): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const refusal = (environment: Readonly<Record<string, string>>): string => {
    try {
      withFiles(environment);
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError);
      return (error as ConfigError).message;
    }
    throw new Error('it was taken');
  };

  it('reads a variable from the file that its _FILE names, without the white space around it', () => {
    const environment = { LETHE_PEPPERS_FILE: file('peppers', ' p1:secret\n\n'), LETHE_PREFIX: 'a' };
    expect(withFiles(environment)).toEqual({ ...environment, LETHE_PEPPERS: 'p1:secret' });
  });

  it('leaves the variables of others alone, and those that are empty', () => {
    const environment = { SSL_CERT_FILE: '/no/such/file', LETHE_PEPPERS_FILE: '', LETHE_PREFIX: 'a' };
    expect(withFiles(environment)).toEqual(environment);
  });

  it('lists every problem on a line of its own', () => {
    const message = refusal({
      LETHE_PEPPERS_FILE: join(folder, 'absent'),
      LETHE_SEALING_KEYS_FILE: file('empty', '\n'),
      LETHE_REGISTER_KEYS_FILE: file('register', 'r1:secret'),
      LETHE_REGISTER_KEYS: 'r1:other',
      LETHE_MONGODB_URL_FILE: folder,
    });
    expect(message.split('\n').slice(1)).toEqual([
      '  LETHE_PEPPERS_FILE: the file that it names cannot be read (ENOENT)',
      '  LETHE_SEALING_KEYS_FILE: the file that it names is empty',
      '  LETHE_REGISTER_KEYS_FILE and LETHE_REGISTER_KEYS are both set: give one of them',
      '  LETHE_MONGODB_URL_FILE: the file that it names cannot be read (EISDIR)',
    ]);
    expect(message).not.toContain('secret');
    expect(message).not.toContain(folder);
  });
});
