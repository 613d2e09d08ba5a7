import { describe, expect, it } from '@jest/globals';
import { PortTakenError, startOnPorts } from './server.ts';

const taken = (): never => {
  throw new PortTakenError('taken');
};

/** Chooses 1, 2, 3, ... */
const counting = (): (() => Promise<number>) => {
  let next = 0;
  return () => Promise.resolve((next += 1));
};

describe('startOnPorts', () => {
  it('chooses again when somebody was quicker between choosing and binding', async () => {
    const start = (port: number): Promise<number> => (port < 3 ? Promise.resolve().then(taken) : Promise.resolve(port));
    await expect(startOnPorts('kafka', null, 'may_move', counting(), start)).resolves.toBe(3);
  });

  it('gives up an earlier port only where the rule allows it', async () => {
    const start = (port: number): Promise<number> =>
      port === 99 ? Promise.resolve().then(taken) : Promise.resolve(port);
    await expect(startOnPorts('kafka', 99, 'may_move', counting(), start)).resolves.toBe(1);
    await expect(startOnPorts('kafka', 99, 'keep', counting(), start)).rejects.toMatchObject({
      code: 'server_did_not_start',
      message: expect.stringContaining('99') as unknown,
    });
  });

  it('does not try for ever, and passes on any other failure', async () => {
    await expect(startOnPorts('kafka', null, 'may_move', counting(), taken)).rejects.toMatchObject({
      code: 'server_did_not_start',
    });
    const other = (): Promise<never> => Promise.reject(new Error('disk full'));
    await expect(startOnPorts('kafka', null, 'may_move', counting(), other)).rejects.toThrow('disk full');
  });
});
