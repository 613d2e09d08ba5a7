import { testStack } from '@lethe/testkit';
import { busContract } from './bus.contract.ts';
import { kafkaCluster } from './kafka-cluster.contract.ts';

busContract('kafka bus', async () => kafkaCluster((await testStack()).kafka.brokers), 60_000);
