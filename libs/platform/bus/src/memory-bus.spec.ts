import { busContract } from './bus.contract.ts';
import { memoryBus } from './memory-bus.ts';
import { memoryCluster } from './memory-cluster.ts';

const ended = (): Promise<void> => Promise.resolve();

busContract('memory bus', () => {
  const cluster = memoryCluster();
  return Promise.resolve({
    newBus: () => memoryBus({ cluster }),
    recreateTopic: ({ name }) => Promise.resolve(cluster.recreateTopic(name)),
    trim: (at, before) => Promise.resolve(cluster.trim(at, before)),
    begin(records) {
      const transaction = cluster.begin(records);
      return Promise.resolve({
        commit: () => Promise.resolve(transaction.commit()),
        abort: () => Promise.resolve(transaction.abort()),
      });
    },
    close: ended,
  });
});
