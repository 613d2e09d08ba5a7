/** Kafka and MongoDB of a run: temporary ones of its own, or those that the environment names. */
import { givenAddresses, startStack } from '@lethe/stack';

export interface Servers extends AsyncDisposable {
  readonly brokers: readonly string[];
  readonly mongodb: string;
  /** The variables that name them to a service. */
  readonly env: Readonly<Record<string, string>>;
  readonly whose: 'temporary ones of this run' | 'given by their addresses';
}

export async function openServers(say: (text: string) => void): Promise<Servers> {
  const given = givenAddresses(process.env);
  const stack = await startStack({ temporary: true, log: say });
  return {
    brokers: stack.kafka.brokers,
    mongodb: stack.mongodb.url,
    env: stack.env,
    whose:
      given.kafka === undefined && given.mongodb === undefined
        ? 'temporary ones of this run'
        : 'given by their addresses',
    [Symbol.asyncDispose]: () => stack.stop(),
  };
}
