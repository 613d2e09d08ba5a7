import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { judgeFence } from './offset-fence.ts';

const facts = { topic: 't', partition: 3, topicId: 'one', logStart: 10, logEnd: 20, committed: null };

describe('judgeFence', () => {
  it.each([10, 15, 20])('begins at the fence, wherever it stands in the log: %d', (next) => {
    expect(judgeFence(facts, { topicId: 'one', next })).toEqual({ kind: 'start', at: next });
  });

  it.each([
    ['topic_replaced', 'two', 15, 't/3: topic replaced'],
    ['topic_replaced', 'two', 99, 't/3: topic replaced'],
    ['log_behind_fence', 'one', 21, 't/3: log behind the fence: the log ends at 20, the fence stands at 21'],
    ['log_start_beyond_fence', 'one', 7, 't/3: log start beyond the fence: messages 7 to 9 are gone'],
  ])('halts with %s and says what an operator can do', (code, topicId, next, says) => {
    const start = judgeFence(facts, { topicId, next });
    expect(start).toMatchObject({ kind: 'halt', code });
    expect(start).toHaveProperty('message', expect.stringContaining(says));
    expect(start).toHaveProperty('message', expect.stringContaining('lethe fence adopt'));
  });

  it('never continues by itself where the log is not the one that the fence knows', () => {
    fc.assert(
      fc.property(fc.nat(50), fc.nat(50), fc.nat(100), fc.boolean(), (logStart, length, next, same) => {
        const here = { ...facts, logStart, logEnd: logStart + length };
        const start = judgeFence(here, { topicId: same ? 'one' : 'two', next });
        const fits = same && logStart <= next && next <= here.logEnd;
        expect(start.kind).toBe(fits ? 'start' : 'halt');
        if (start.kind === 'start') expect(start.at).toBe(next);
      }),
      { seed: 15_073 },
    );
  });
});
