/** Kafka and the stores of a deployment, for as long as one command needs them. */
import type { Bus } from '@lethe/bus';
import { connectStore, type Store } from '@lethe/store';
import { addressesOf } from '../addresses.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { withBus } from './bus.ts';

export interface Place {
  readonly prefix: string;
  readonly bus: Bus;
  /** The store of a service of this deployment. */
  store(service: string): Store;
  /** The services that have a store. */
  services(): Promise<readonly string[]>;
}

/** @throws CommandError; whatever `use` throws */
export const withPlace = <T>(
  terminal: Terminal,
  options: Readonly<Record<string, unknown>>,
  use: (place: Place) => Promise<T>,
): Promise<T> => {
  const { brokers, mongodb, prefix } = addressesOf(['brokers', 'mongodb', 'prefix'], options, terminal.env);
  return withBus({ brokers, prefix }, async (bus) => {
    const main = await connectStore(mongodb, `${prefix}-lethe`);
    try {
      return await use(placeOf(prefix, bus, main));
    } finally {
      await main.close();
    }
  });
};

const placeOf = (prefix: string, bus: Bus, main: Store): Place => {
  const store = (service: string): Store => ({ ...main, db: main.client.db(`${prefix}-${service}`) });
  return {
    prefix,
    bus,
    store,
    services: async () => {
      const { databases } = await main.client.db('admin').admin().listDatabases({ nameOnly: true });
      const names = databases
        .filter(({ name }) => name.startsWith(`${prefix}-`))
        .map(({ name }) => name.slice(prefix.length + 1))
        .sort();
      const relays = await Promise.all(names.map((service) => lookForRelay(store(service), service)));
      return names.filter((_, index) => relays[index]);
    },
  };
};

/** A longer prefix may begin like ours: a service of ours has a relay under its own name. */
const lookForRelay = async ({ db }: Store, service: string): Promise<boolean> =>
  (await db.collection<{ _id: string }>('relay').findOne({ _id: service })) !== null;
