/** Kafka of the deployment, for as long as one command needs it. */
import { connect } from 'node:net';
import { type Bus, kafkaBus } from '@lethe/bus';
import { CommandError } from '../command-error.ts';
import { exitCodes } from '../exit-codes.ts';

const CONNECT_MS = 5_000;
const FIRST_ANSWER_MS = 15_000;

/**
 * @param use is given the bus and the names of the deployment's topics, which may be none
 * @throws CommandError `unreachable`; whatever `use` throws
 */
export const withBus = async <T>(
  { brokers, prefix }: { readonly brokers: string; readonly prefix: string },
  use: (bus: Bus, topics: readonly string[]) => Promise<T>,
): Promise<T> => {
  const list = brokers.split(',');
  // A client asks for minutes; whether anybody listens at all is known at once.
  const listening = await Promise.all(list.map(answers));
  if (!listening.includes(true)) throw unreachable(`Kafka does not answer at ${brokers}`);
  const bus = kafkaBus({ brokers: list, clientId: `${prefix}-lethe` });
  try {
    return await use(bus, await firstAnswer(bus, brokers, prefix));
  } finally {
    await bus.close();
  }
};

/** Refuses a prefix under which nothing is, which is nearly always a wrong one. */
export const someTopics = (topics: readonly string[], prefix: string): readonly string[] => {
  if (topics.length > 0) return topics;
  throw new CommandError(
    exitCodes.found,
    `there are no topics of the prefix ${prefix} on this Kafka`,
    'Check LETHE_PREFIX and LETHE_KAFKA_BROKERS; a service makes its topics when it first starts',
  );
};

const firstAnswer = async (bus: Bus, brokers: string, prefix: string): Promise<readonly string[]> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = unreachable(
      `what listens at ${brokers} does not answer as Kafka does, or names brokers out of reach`,
    );
    timer = setTimeout(reject, FIRST_ANSWER_MS, error);
  });
  try {
    return await Promise.race([bus.listTopics(`${prefix}.`), late]);
  } finally {
    clearTimeout(timer);
  }
};

const answers = (broker: string): Promise<boolean> =>
  new Promise((resolve) => {
    const at = broker.lastIndexOf(':');
    const socket = connect({ host: broker.slice(0, at), port: Number(broker.slice(at + 1)) });
    const end = (found: boolean): void => {
      socket.destroy();
      resolve(found);
    };
    socket.setTimeout(CONNECT_MS, () => end(false));
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });

const unreachable = (message: string): CommandError =>
  new CommandError(
    exitCodes.unreachable,
    message,
    'Start it (docker compose up --wait, or npm run stack -- up), or say where it is: LETHE_KAFKA_BROKERS',
  );
