/** A bench for one test of the contract: names of its own, a subscriber that keeps notes, everything closed at the end. */
import { randomBytes } from 'node:crypto';
import type {
  Batch,
  Bus,
  BusRecord,
  Consumer,
  OutgoingRecord,
  PartitionFacts,
  Subscription,
  TopicPartition,
  TopicSpec,
} from './bus.ts';
import type { ClusterUnderTest } from './bus.contract.ts';

const POLL_MS = 20;
const GIVE_UP_MS = 20_000;

/** Resolves when the condition holds; says what it waited for when it never does. */
export const until = async (what: string, condition: () => boolean | Promise<boolean>): Promise<void> => {
  const giveUpAt = performance.now() + GIVE_UP_MS;
  while (!(await condition())) {
    if (performance.now() > giveUpAt) throw new Error(`waited ${GIVE_UP_MS} ms until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
};

export interface Notes {
  readonly facts: PartitionFacts[];
  readonly batches: Batch[];
  readonly revoked: TopicPartition[];
  records(): readonly (BusRecord & TopicPartition)[];
  values(): readonly string[];
}

export interface Bench extends AsyncDisposable {
  readonly prefix: string;
  readonly bus: Bus;
  newBus(): Bus;
  topic(partitions: number, configs?: Readonly<Record<string, string>>): Promise<TopicSpec>;
  send(topic: TopicSpec, values: readonly string[], key?: (value: string) => string | null): Promise<void>;
  /** Subscribes with notes; by default it begins at the start of the log and is done with every batch. */
  subscribe(
    topics: readonly TopicSpec[],
    behaviour?: Partial<Subscription> & { readonly on?: Bus },
  ): Promise<{ readonly consumer: Consumer; readonly notes: Notes }>;
}

export const record = (topic: TopicSpec, value: string, key: string | null = 'k'): OutgoingRecord => ({
  topic: topic.name,
  key,
  value: Buffer.from(value),
  headers: {},
});

export const texts = (records: readonly BusRecord[]): readonly string[] =>
  records.map(({ value }) => value?.toString() ?? '');

/** LogAppendTime as on every topic of ours. */
const ours = { 'message.timestamp.type': 'LogAppendTime' };

export const bench = (cluster: ClusterUnderTest): Bench => {
  const prefix = `t${randomBytes(6).toString('hex')}`;
  const buses: Bus[] = [];
  let topics = 0;
  const newBus = (): Bus => {
    const made = cluster.newBus();
    buses.push(made);
    return made;
  };
  const bus = newBus();
  return {
    prefix,
    bus,
    newBus,
    async topic(partitions, configs = ours) {
      topics += 1;
      const spec = { name: `${prefix}.topic-${topics}`, partitions, configs };
      await bus.createTopics([spec]);
      return spec;
    },
    async send(topic, values, key = () => 'k') {
      const producer = await bus.producer('test');
      await producer.send(values.map((value) => record(topic, value, key(value))));
      await producer.close();
    },
    async subscribe(specs, { on = bus, ...behaviour } = {}) {
      const facts: PartitionFacts[] = [];
      const batches: Batch[] = [];
      const revoked: TopicPartition[] = [];
      const records = () =>
        batches.flatMap(({ topic, partition, records: some }) => some.map((one) => ({ ...one, topic, partition })));
      const consumer = await on.subscribe({
        group: `${prefix}.group`,
        topics: specs.map(({ name }) => name),
        ...behaviour,
        async assigned(about) {
          facts.push(about);
          return (await behaviour.assigned?.(about)) ?? { kind: 'start', at: about.logStart };
        },
        async handle(batch, lifeline) {
          batches.push(batch);
          return (await behaviour.handle?.(batch, lifeline)) ?? { kind: 'done' };
        },
        revoked(at) {
          revoked.push(at);
          behaviour.revoked?.(at);
        },
      });
      return { consumer, notes: { facts, batches, revoked, records, values: () => texts(records()) } };
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(buses.map((one) => one.close()));
    },
  };
};
