import { parentPort, workerData } from 'node:worker_threads';
import { kafkaBus } from '@lethe/bus';
import { countTopics } from './count-topics.ts';
import type { Topics } from './count-topics.ts';

/** A thread of its own: half a million records are looked at while the case goes on. */
const { brokers, prefix } = workerData as Topics; // given by countBeside
const bus = kafkaBus({ brokers, clientId: `${prefix}-shop-count` });
parentPort?.postMessage(await countTopics(bus, prefix));
await bus.close();
