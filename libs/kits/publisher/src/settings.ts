/** Where Kafka is, from what the caller says or else from the environment. */

/** Something in the options or the environment cannot be used; the message names the variable, never its value. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

export interface KafkaSettings {
  /** `host:port` each. */
  readonly brokers: readonly string[];
  /** What the names of a deployment's topics begin with. */
  readonly prefix: string;
}

/**
 * @param given wins over the environment (`LETHE_KAFKA_BROKERS`, default `localhost:9092`; `LETHE_PREFIX`, default `lethe`)
 * @throws SettingsError
 */
export function kafkaSettings(
  given: { readonly brokers?: readonly string[] | undefined; readonly prefix?: string | undefined },
  environment: Readonly<Record<string, string | undefined>> = process.env,
): KafkaSettings {
  const brokers = given.brokers ?? (setting(environment, 'LETHE_KAFKA_BROKERS') ?? 'localhost:9092').split(',');
  if (brokers.length === 0 || !brokers.every((broker) => /^[^\s,:]+:\d{1,5}$/.test(broker))) {
    throw new SettingsError('LETHE_KAFKA_BROKERS (brokers) must be host:port, several separated by commas');
  }
  const prefix = given.prefix ?? setting(environment, 'LETHE_PREFIX') ?? 'lethe';
  if (!/^[a-z][a-z0-9-]{0,30}$/.test(prefix)) {
    throw new SettingsError('LETHE_PREFIX (prefix) must be lower-case letters, digits and hyphens, at most 31');
  }
  return { brokers, prefix };
}

function setting(environment: Readonly<Record<string, string | undefined>>, name: string): string | undefined {
  const value = environment[name];
  return value === '' ? undefined : value;
}
