/** Topics of the floor: made like Lethe's own, and how much they hold. */
import type { Bus } from '@lethe/bus';
import type { Admin, Kafka } from 'kafkajs';

export const PARTITIONS = 6;

/** Through the bus: kafkajs's own admin fails when the brokers have not all heard of the topic yet. */
export async function newTopic(bus: Bus, name: string): Promise<void> {
  await bus.createTopics([{ name, partitions: PARTITIONS, configs: { 'message.timestamp.type': 'LogAppendTime' } }]);
}

/** How many records were ever put on it, as long as nobody writes to it in transactions. */
export function endOf(kafka: Kafka, topic: string): Promise<number> {
  return asAdmin(kafka, async (admin) =>
    (await admin.fetchTopicOffsets(topic)).reduce((sum, { high }) => sum + Number(high), 0),
  );
}

async function asAdmin<T>(kafka: Kafka, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}
