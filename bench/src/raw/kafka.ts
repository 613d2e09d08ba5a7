/**
 * kafkajs as it is, for floors. It has our cures (libs/platform/bus/src/kafkajs-cures.ts): uncured it spins while it
 * waits, which would make the floor slower than the library has to be.
 */
import { cureKafkajs } from '@lethe/bus';
import kafkajs, { type Kafka } from 'kafkajs';

export function rawKafka(brokers: readonly string[], clientId: string): Kafka {
  cureKafkajs();
  return new kafkajs.Kafka({
    clientId,
    brokers: [...brokers],
    // What fails rejects; what it logs at ERROR it then tries again.
    logLevel: kafkajs.logLevel.NOTHING,
  });
}
