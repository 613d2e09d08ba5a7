import { describe, expect, it } from '@jest/globals';
import { adoptIn } from './adopt-options.ts';

const who = { actor: 'operator-1', reason: 'topic_replaced' };
const env = {};

describe('what the operator decided', () => {
  it.each([
    [
      { topic: 'lethe.requests', at: 'start' },
      { kind: 'fence', topic: 'lethe.requests', partition: null, at: 'start' },
    ],
    [
      { topic: 't', partition: '3', at: '17' },
      { kind: 'fence', topic: 't', partition: 3, at: 17 },
    ],
  ])('%j', (options, decision) => {
    expect(adoptIn({ service: 'erasure', ...who, ...options }, [], env)).toEqual({
      service: 'erasure',
      ...who,
      decision,
    });
  });

  it.each(['publish', 'clear'])('--relay %s', (pending) => {
    expect(adoptIn({ service: 'erasure', ...who, relay: true }, [pending], env)).toMatchObject({
      decision: { kind: 'relay', pending },
    });
  });

  it('takes the account from the environment', () => {
    const { actor } = adoptIn({ service: 's', topic: 't', at: 'end', reason: 'a_code' }, [], { LETHE_ACTOR: 'anna-7' });
    expect(actor).toBe('anna-7');
  });
});

describe('what makes no sense is refused, each by its own sentence', () => {
  it.each([
    [{ at: 'start' }, [], /--topic is needed/],
    [{ topic: 't' }, [], /--at is needed/],
    [{ topic: 't', at: '5' }, [], /name it with --partition/],
    [{ topic: 't', partition: '0', at: 'soon' }, [], /--at must be a whole number/],
    [{ topic: 't', partition: '0', at: '-1' }, [], /--at/],
    [{ topic: 't', partition: '1.5', at: 'end' }, [], /--partition must be a whole number/],
    [{ topic: 't', at: 'end' }, ['publish'], /belong to --relay/],
    [{ relay: true }, [], /needs one word: publish .* or clear/],
    [{ relay: true }, ['both'], /needs one word/],
    [{ relay: true, topic: 't' }, ['clear'], /--topic belongs to a fence/],
    [{ topic: 't', at: 'end', service: '' }, [], /--service is needed/],
    [{ topic: 't', at: 'end', reason: 'The topic of Anna was replaced' }, [], /must be a code/],
    [{ topic: 't', at: 'end', reason: '' }, [], /--reason is needed/],
    [{ topic: 't', at: 'end', actor: 'Anna Example' }, [], /must be an account/],
    [{ topic: 't', at: 'end', actor: '' }, [], /--actor is needed/],
  ])('%j %j', (options, words, sentence) => {
    expect(() => adoptIn({ service: 's', ...who, ...options }, words, env)).toThrow(sentence);
  });
});
