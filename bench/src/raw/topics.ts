/** Topics through kafkajs's admin: made like Lethe's own, and how much they hold. */
import type { Admin, Kafka } from 'kafkajs';

export const PARTITIONS = 6;

export async function newTopic(kafka: Kafka, topic: string): Promise<void> {
  await asAdmin(kafka, (admin) =>
    admin.createTopics({
      topics: [
        {
          topic,
          numPartitions: PARTITIONS,
          configEntries: [{ name: 'message.timestamp.type', value: 'LogAppendTime' }],
        },
      ],
    }),
  );
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
