import { busContract } from './bus.contract.ts';
import { memoryBus } from './memory-bus.ts';
import { memoryCluster } from './memory-cluster.ts';

const done = (act: () => void) => (): Promise<void> => {
  act();
  return Promise.resolve();
};

busContract('memory bus', () => {
  const cluster = memoryCluster();
  return Promise.resolve({
    newBus: () => memoryBus({ cluster }),
    recreateTopic: ({ name }) => done(() => cluster.recreateTopic(name))(),
    trim: (at, before) => done(() => cluster.trim(at, before))(),
    expel: (group) => done(() => cluster.expel(group))(),
    begin(records) {
      const transaction = cluster.begin(records);
      return Promise.resolve({
        commit: done(() => transaction.commit()),
        abort: done(() => transaction.abort()),
      });
    },
    close: done(() => undefined),
  });
});
