import { describe, expect, it } from '@jest/globals';
import { HopelessError, waitFor } from './wait-for.ts';

describe('waitFor', () => {
  it('returns the first answer that is something, also 0 and the empty text', async () => {
    const answers = [false, null, undefined, 0] as const;
    let asked = 0;
    await expect(waitFor(() => answers[asked++], { what: 'a number', everyMs: 1 })).resolves.toBe(0);
    await expect(waitFor(() => '', { what: 'a text' })).resolves.toBe('');
  });

  it('takes a condition that throws for one that is not yet true', async () => {
    let asked = 0;
    const late = (): string => {
      asked += 1;
      if (asked < 3) throw new Error('not yet');
      return 'there';
    };
    await expect(waitFor(late, { what: 'it', everyMs: 1 })).resolves.toBe('there');
  });

  it('names what never came, and keeps why', async () => {
    const cause = new Error('connection refused');
    const failing = waitFor(() => Promise.reject(cause), { what: 'the answer', timeoutMs: 20, everyMs: 5 });
    await expect(failing).rejects.toMatchObject({ message: 'waited 20 ms for the answer: connection refused', cause });
    const silent = waitFor(() => false, { what: 'the bell', timeoutMs: 20, everyMs: 5 });
    await expect(silent).rejects.toThrow('waited 20 ms for the bell');
  });

  it('ends at once when there is no hope', async () => {
    const hopeless = new HopelessError('it died');
    const waiting = waitFor(() => Promise.reject(hopeless), { what: 'the dead', timeoutMs: 60_000 });
    await expect(waiting).rejects.toBe(hopeless);
  });
});
