import { describe, expect, it } from '@jest/globals';
import { chooseBackend } from './backend.ts';

const addresses = { LETHE_KAFKA_BROKERS: 'a:9092', LETHE_MONGODB_URL: 'mongodb://a:27017' };

describe('chooseBackend', () => {
  it('takes the servers whose addresses are set, and else starts processes', () => {
    expect(chooseBackend(addresses)).toBe('given');
    expect(chooseBackend({})).toBe('local');
    expect(chooseBackend({ LETHE_KAFKA_BROKERS: 'a:9092' })).toBe('local');
    expect(chooseBackend({ LETHE_TEST_SERVERS: '' })).toBe('local');
  });

  it('does what it is told, whatever addresses are set', () => {
    for (const backend of ['given', 'containers', 'local'] as const) {
      expect(chooseBackend({ ...addresses, LETHE_TEST_SERVERS: backend })).toBe(backend);
    }
  });

  it('refuses what it does not know, and given servers without an address', () => {
    expect(() => chooseBackend({ LETHE_TEST_SERVERS: 'docker' })).toThrow('one of given, containers, local');
    expect(() => chooseBackend({ LETHE_TEST_SERVERS: 'given', LETHE_KAFKA_BROKERS: 'a:1' })).toThrow(
      'LETHE_MONGODB_URL is not set',
    );
  });
});
