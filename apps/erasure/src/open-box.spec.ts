import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { RetryableError, TerminalError } from '@lethe/bus';
import { developmentKeys, loadKeys, sealerOf } from '@lethe/identity';
import { openBox } from './open-box.ts';

const ours = sealerOf(developmentKeys());
const sealed = ours.seal({ controller: 'shop', type: 'email', value: 'someone@example.com' });
const key = (): string => randomBytes(32).toString('base64');
const others = sealerOf(
  loadKeys({
    LETHE_SEALING_KEYS: `k2:${key()}`,
    LETHE_PEPPERS: `p2:${key()}`,
    LETHE_REGISTER_KEYS: `r2:${key()}`,
  }),
);

describe('a box of an order', () => {
  it('opens for the controller that it was sealed for', () => {
    expect(openBox(ours)('shop', sealed)).toEqual({ type: 'email', value: 'someone@example.com' });
  });

  it('is waited for while its key is not known here', () => {
    expect(() => openBox(others)('shop', sealed)).toThrow(RetryableError);
  });

  it('is terminal when it will never open: another controller, another name, a changed box', () => {
    expect(() => openBox(ours)('corner', sealed)).toThrow(TerminalError);
    expect(() => openBox(ours)('shop', { ...sealed, ref: 'dev.other' })).toThrow(TerminalError);
  });
});
