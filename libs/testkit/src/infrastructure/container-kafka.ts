/** Kafka's own image, told what tools/stack tells its process. */
import { BROKER_HEAP, BROKER_JVM, brokerSettings } from '@lethe/stack';
import { GenericContainer, Wait } from 'testcontainers';
import { type ServerContainer, startAtFreePort } from './server-container.ts';

/** As docker-compose.yml has it. */
export const KAFKA_IMAGE = 'apache/kafka:4.3.0';
const INSIDE = 9092;

export const kafkaContainer = async (
  host: string,
  options: { readonly shortRetention: boolean },
): Promise<ServerContainer> => {
  const { port, container } = await startAtFreePort((free) =>
    new GenericContainer(KAFKA_IMAGE)
      .withExposedPorts({ container: INSIDE, host: free })
      .withEnvironment(variables(`${host}:${String(free)}`, options.shortRetention))
      .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/))
      .start(),
  );
  const address = `${host}:${String(port)}`;
  return { container, address, given: { kafka: [address] }, nudge: () => Promise.resolve() };
};

/** The image takes a property `a.b` as KAFKA_A_B; with one of them its own defaults are gone, so that all are named. */
const variables = (advertised: string, shortRetention: boolean): Record<string, string> => {
  const properties: Readonly<Record<string, string | number | boolean>> = {
    ...brokerSettings(shortRetention),
    listeners: `PLAINTEXT://:${String(INSIDE)},ITSELF://localhost:9093,CONTROLLER://localhost:9094`,
    // The address for clients leads nowhere inside the container, and the broker writes its transactions to itself.
    'advertised.listeners': `PLAINTEXT://${advertised},ITSELF://localhost:9093`,
    'inter.broker.listener.name': 'ITSELF',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,ITSELF:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'controller.quorum.voters': '1@localhost:9094',
    'log.dirs': '/var/lib/kafka/data',
  };
  return {
    KAFKA_HEAP_OPTS: BROKER_HEAP.join(' '),
    KAFKA_JVM_PERFORMANCE_OPTS: BROKER_JVM.join(' '),
    ...Object.fromEntries(
      Object.entries(properties).map(([name, value]) => [
        `KAFKA_${name.toUpperCase().replaceAll('.', '_')}`,
        String(value),
      ]),
    ),
  };
};
