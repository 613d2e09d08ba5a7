/** What Kafka and MongoDB are told wherever a stack is started, beside addresses and folders: as processes here, in containers elsewhere. */

export const REPLICA_SET = 'rs0';

/** Kafka's properties. `shortRetention`: looks for expired and compactable segments every second instead of every five minutes. */
export const brokerSettings = (shortRetention: boolean): Readonly<Record<string, string | number | boolean>> => ({
  'process.roles': 'broker,controller',
  'node.id': 1,
  'controller.listener.names': 'CONTROLLER',
  'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
  'num.network.threads': 2,
  'num.io.threads': 4,
  // A topic is made with its settings, by us, or not at all.
  'auto.create.topics.enable': false,
  'group.initial.rebalance.delay.ms': 0,
  'offsets.topic.replication.factor': 1,
  'offsets.topic.num.partitions': 8,
  'transaction.state.log.replication.factor': 1,
  'transaction.state.log.min.isr': 1,
  'transaction.state.log.num.partitions': 4,
  'share.coordinator.state.topic.replication.factor': 1,
  'share.coordinator.state.topic.min.isr': 1,
  'share.coordinator.state.topic.num.partitions': 1,
  // After a kill the new process is let in when the dead one's session has run out: 9 s by default.
  'broker.session.timeout.ms': 4_000,
  'broker.heartbeat.interval.ms': 500,
  // The default of 128 MB is for clusters; ours compacts three small topics.
  'log.cleaner.dedupe.buffer.size': 16 * 1024 * 1024,
  ...(shortRetention
    ? {
        'log.initial.task.delay.ms': 500,
        'log.retention.check.interval.ms': 1_000,
        'log.cleaner.backoff.ms': 1_000,
      }
    : {}),
});

/** Java's options for the broker. On two cores shared with the services, the quick compiler and the plain collector beat those that want cores of their own. */
export const BROKER_HEAP: readonly string[] = ['-Xms256m', '-Xmx1g'];
export const BROKER_JVM: readonly string[] = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:-UsePerfData'];

/** mongod's arguments. */
export const MEMBER_ARGUMENTS: readonly string[] = [
  ...['--replSet', REPLICA_SET, '--oplogSize', '2048', '--wiredTigerCacheSizeGB', '1'],
  // A process killed inside a transaction blocks what it touched for as long as this, and not for the default minute.
  ...['--setParameter', 'transactionLifetimeLimitSeconds=10'],
  // There is no other member that could take over, so nobody to wait for at the end.
  ...['--setParameter', 'shutdownTimeoutMillisForSignaledShutdown=100'],
  ...['--setParameter', 'diagnosticDataCollectionEnabled=false'],
  // Its log would quote slow operations, and with them the refs that they ask for.
  ...['--slowOpSampleRate', '0'],
];
