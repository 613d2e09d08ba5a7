import { describe, expect, it } from '@jest/globals';
import { searchIn } from './asked.ts';

const request = '0b5c8a1e-6f5d-4c1a-9a53-5d2f6f0f8f11';
const env = { LETHE_CATALOG: 'catalog', LETHE_ACTOR: 'dpo' };

describe('a search', () => {
  it('is for a request, or has a reason', () => {
    expect(searchIn({ request }, env)).toMatchObject({ requestId: request, reason: 'subject_request', actor: 'dpo' });
    expect(searchIn({ reason: 'ticket_4711' }, env)).toMatchObject({ requestId: null, reason: 'ticket_4711' });
    expect(() => searchIn({}, env)).toThrow(/--request or --reason is needed/);
  });

  it.each([
    ['without an actor', { request }, { LETHE_CATALOG: 'catalog' }, /--actor is needed/],
    ['without a catalog', { request }, { LETHE_ACTOR: 'dpo' }, /LETHE_CATALOG/],
    ['for what is no request', { request: 'canary@example.com' }, env, /must be a UUID/],
    ['with a sentence for a reason', { reason: 'because of canary' }, env, /--reason must be a code/],
  ])('is refused %s', (_, options, environment, message) => {
    expect(() => searchIn(options, environment)).toThrow(message);
    try {
      searchIn(options, environment);
    } catch (error) {
      expect(String(error)).not.toContain('canary');
    }
  });

  it('takes several folders of logs', () => {
    expect(searchIn({ request, logs: ['a', 'b'], kafkaLogs: ['c'] }, env)).toMatchObject({
      logs: ['a', 'b'],
      kafkaLogs: ['c'],
    });
  });
});
