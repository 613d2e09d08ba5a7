/**
 * What every bus must do. The service is tested against the memory bus because this suite says that it is like Kafka.
 * It is split by subject: delivery (what reaches a handler), assignment (from
 * where), group (who gets it), publishing (how it comes there).
 */
import { afterAll, beforeAll, describe } from '@jest/globals';
import type { Bus, OutgoingRecord, TopicPartition, TopicSpec } from './bus.ts';
import { assignmentContract } from './bus-assignment.contract.ts';
import { deliveryContract } from './bus-delivery.contract.ts';
import { groupContract } from './bus-group.contract.ts';
import { publishingContract } from './bus-publishing.contract.ts';

/** A cluster, and what only an operator or a foreign program does to it. */
export interface ClusterUnderTest {
  /** Another process on the same cluster. Closed by whoever asked for it. */
  newBus(): Bus;
  /** Deletes a topic and creates it anew. */
  recreateTopic(spec: TopicSpec): Promise<void>;
  /** Moves the start of a log. */
  trim(at: TopicPartition, before: number): Promise<void>;
  /** The coordinator forgets the members of a group, as after a pause longer than the session timeout; they do not know it yet. */
  expel(group: string): Promise<void>;
  /** A transaction of someone else, left open. */
  begin(records: readonly OutgoingRecord[]): Promise<ForeignTransaction>;
  close(): Promise<void>;
}

export interface ForeignTransaction {
  commit(): Promise<void>;
  abort(): Promise<void>;
}

export const busContract = (name: string, make: () => Promise<ClusterUnderTest>, testTimeoutMs = 30_000): void => {
  describe(name, () => {
    let cluster: ClusterUnderTest | null = null;
    const underTest = (): ClusterUnderTest => {
      if (cluster === null) throw new Error('the cluster is not up');
      return cluster;
    };
    beforeAll(async () => {
      cluster = await make();
    }, 120_000);
    afterAll(async () => {
      await cluster?.close();
    }, 30_000);

    deliveryContract(underTest, testTimeoutMs);
    assignmentContract(underTest, testTimeoutMs);
    groupContract(underTest, testTimeoutMs);
    publishingContract(underTest, testTimeoutMs);
  });
};
