/** A team as a process of its own, to be killed: how it remembers is in TEAM (counting, blind or transactional). */
import { erased } from '../done.ts';
import { runSubscriber } from '../run-subscriber.ts';
import { openStore } from './store.ts';

const { SYSTEM: system = '', STORE: file = '', TEAM: kind = '' } = process.env;
const store = openStore(file);
const close = (): void => store.close();

switch (kind) {
  case 'counting':
    await runSubscriber({
      ...{ system, close },
      count: (order) => store.count(order),
      erase: (order) => erased(store.erase(order), 'deleted'),
    });
    break;
  case 'blind':
    await runSubscriber({ system, close, erase: (order) => erased(store.erase(order), 'deleted') });
    break;
  case 'transactional':
    await runSubscriber({
      ...{ system, close },
      ledger: { find: (orderId) => Promise.resolve(store.answered(orderId)) },
      erase: (order, { record }) =>
        store.eraseAndRecord(order, (rows, standing) => record(erased(rows, 'deleted'), standing)),
    });
    break;
  default:
    throw new Error(`TEAM=${kind} is none of counting, blind, transactional`);
}
