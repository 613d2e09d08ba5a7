import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { ConfigError, parseConfig } from './config.ts';

const complete = { LETHE_KAFKA_BROKERS: 'a:9092,b:9093', LETHE_MONGODB_URL: 'mongodb://localhost:27017' };

const refusal = (environment: Readonly<Record<string, string>>, own: z.ZodRawShape = {}): string => {
  try {
    parseConfig(environment, own);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message;
  }
  throw new Error('it was taken');
};

describe('parseConfig', () => {
  it('has a default for all but the servers, and listens on the loopback address', () => {
    expect(parseConfig(complete, {})).toEqual({
      ...complete,
      LETHE_PREFIX: 'lethe',
      LETHE_HTTP_HOST: '127.0.0.1',
      LETHE_HTTP_PORT: 0,
      LETHE_LOG_LEVEL: 'info',
      LETHE_SESSION_TIMEOUT_MS: 10_000,
    });
  });

  it("gives a service's own variables beside the platform's", () => {
    expect(parseConfig({ ...complete, OWN: '5' }, { OWN: z.coerce.number() }).OWN).toBe(5);
  });

  it('lists every problem on a line of its own', () => {
    const message = refusal(
      {
        LETHE_KAFKA_BROKERS: 'nohost',
        LETHE_PREFIX: 'Lethe!',
        LETHE_HTTP_PORT: '70000',
        LETHE_SESSION_TIMEOUT_MS: '1',
      },
      { LETHE_CATALOG: z.string() },
    );
    const lines = message.split('\n').slice(1);
    expect(lines.map((line) => line.trim().split(':')[0]).sort()).toEqual([
      'LETHE_CATALOG',
      'LETHE_HTTP_PORT',
      'LETHE_KAFKA_BROKERS',
      'LETHE_MONGODB_URL',
      'LETHE_PREFIX',
      'LETHE_SESSION_TIMEOUT_MS',
    ]);
    expect(message).toContain('LETHE_MONGODB_URL: is not set');
  });

  it('never repeats a value: it may be a secret', () => {
    const marked = 'MARKED-secret';
    const message = refusal({
      LETHE_KAFKA_BROKERS: marked,
      LETHE_MONGODB_URL: `http://user:${marked}@host`,
      LETHE_PREFIX: marked,
      LETHE_HTTP_PORT: marked,
      LETHE_LOG_LEVEL: marked,
      LETHE_SESSION_TIMEOUT_MS: marked,
    });
    expect(message.split('\n')).toHaveLength(7);
    expect(message).not.toContain(marked);
  });
});
