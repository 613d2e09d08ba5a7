import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { endServiceProcesses, serviceProcess } from '@lethe/testkit';
import { ERROR_OF_OURS } from './last-resort.ts';

afterEach(endServiceProcesses);

const marked = 'marked.person@example.com';
const here = (file: string): string => JSON.stringify(pathToFileURL(join(import.meta.dirname, file)).href);

describe('an error that nobody caught', () => {
  it.each([
    ['thrown', `setTimeout(() => { throw new Error('${marked}'); })`],
    ['of a promise', `void Promise.reject(new Error('${marked}'))`],
  ])('ends the process without its message: %s', async (_how, act) => {
    const program = `
      import { createLogger } from ${here('logger.ts')};
      import { endOnUncaught } from ${here('last-resort.ts')};
      const logger = createLogger('made-up', 'info');
      endOnUncaught(() => logger);
      ${act};
      setInterval(() => 0, 1_000);
    `;
    const service = await serviceProcess({ argv: ['--input-type=module', '-e', program] });
    expect(await service.exited).toEqual({ code: ERROR_OF_OURS, signal: null });
    expect(service.output()).toContain('nobody caught this');
    expect(service.output().replaceAll(program, '')).not.toContain(marked);
  });
});
