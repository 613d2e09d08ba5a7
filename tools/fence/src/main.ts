// `npm run fence -- show|adopt`: looks at the fences and relays of a deployment, and decides where one stands still.
// Exit codes: 0 done, all well; 1 refused or failed; 2 not understood; 3 (show) something stands still.
import { kafkaBus } from '@lethe/bus';
import { ConfigError, parseConfig } from '@lethe/service';
import { connectStore, type Store, StoreError } from '@lethe/store';
import { adopt, RefusedError } from './adopt.ts';
import { type Asked, parseCommand, UsageError } from './arguments.ts';
import { lookAtPartitions, lookAtRelay, type Place } from './look.ts';
import { partitionTable, relayTable } from './print.ts';

const help = `npm run fence -- show [--service S] [--json]
    Where each service stands in each partition, and its relay. Exit code 3 when something stands still.

npm run fence -- adopt --service S --topic T [--partition P] --at start|end|OFFSET --reason CODE --actor NAME
    Where a service that stands still goes on. Without --partition: every partition of the topic that stands still.
    start handles again what the log still holds, end skips it. The service looks again within 5 s.

npm run fence -- adopt --relay --service S publish|clear --reason CODE --actor NAME
    A relay stands still when Kafka has lost its position while a batch was pending. publish: the batch was not
    published (it may then stand on its topics twice); clear: it was (it may then be missing).

Every adoption is a fact on lethe.operator-events, said by the service's own relay.
LETHE_KAFKA_BROKERS, LETHE_MONGODB_URL and LETHE_PREFIX name the deployment (npm run stack -- env prints them).`;

const FOUND_STANDING_STILL = 3;

const open = async (): Promise<Place & AsyncDisposable> => {
  const settings = parseConfig(process.env, {});
  const prefix = settings.LETHE_PREFIX;
  const bus = kafkaBus({ brokers: settings.LETHE_KAFKA_BROKERS.split(','), clientId: `${prefix}-fence` });
  const main = await connectStore(settings.LETHE_MONGODB_URL, `${prefix}-fence`);
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
    [Symbol.asyncDispose]: async () => {
      await bus.close();
      await main.close();
    },
  };
};

/** A longer prefix may begin like ours: a service of ours has a relay under its own name. */
const lookForRelay = async ({ db }: Store, service: string): Promise<boolean> =>
  (await db.collection<{ _id: string }>('relay').findOne({ _id: service })) !== null;

const show = async (place: Place, asked: Extract<Asked, { readonly command: 'show' }>): Promise<number> => {
  const known = await place.services();
  if (asked.service !== null && !known.includes(asked.service)) {
    throw new RefusedError(
      `no service ${JSON.stringify(asked.service)} has a store here; there are: ${known.join(', ')}`,
    );
  }
  const services = asked.service === null ? known : [asked.service];
  const partitions = (await Promise.all(services.map((service) => lookAtPartitions(place, service))))
    .flat()
    .map(({ view }) => view);
  const relays = (await Promise.all(services.map((service) => lookAtRelay(place, service)))).flatMap(
    (found) => found?.view ?? [],
  );
  const still = [
    ...partitions.flatMap(({ message }) => message ?? []),
    ...relays
      .filter(({ verdict }) => verdict === 'halted')
      .map(({ service }) => `the relay of ${service} stands still; decide with: npm run fence -- adopt --relay`),
  ];
  if (asked.json) {
    console.log(JSON.stringify({ partitions, relays }));
  } else {
    console.log(`${partitionTable(partitions)}\n\n${relayTable(relays)}`);
    if (still.length > 0) console.log(`\n${still.join('\n')}`);
  }
  return still.length === 0 ? 0 : FOUND_STANDING_STILL;
};

const decide = async (place: Place, asked: Extract<Asked, { readonly command: 'adopt' }>): Promise<number> => {
  const moves = await adopt(place, asked);
  if (asked.json) {
    console.log(JSON.stringify({ service: asked.service, moves }));
    return 0;
  }
  for (const { topic, partition, from, to } of moves) {
    console.log(`${asked.service} ${topic}/${partition}: ${from === null ? 'nowhere' : from} -> ${to}`);
  }
  return 0;
};

const run = async (): Promise<number> => {
  const asked = parseCommand(process.argv.slice(2));
  if (asked.command === 'help') {
    console.log(help);
    return 0;
  }
  await using place = await open();
  return asked.command === 'show' ? await show(place, asked) : await decide(place, asked);
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

try {
  process.exitCode = await run();
} catch (error) {
  if (error instanceof UsageError) {
    console.error(`${error.message}\n\n${help}`);
    process.exitCode = 2;
  } else {
    const ours = error instanceof RefusedError || error instanceof ConfigError || error instanceof StoreError;
    console.error(ours || !(error instanceof Error) ? messageOf(error) : `${error.name}: ${error.message}`);
    process.exitCode = 1;
  }
}
