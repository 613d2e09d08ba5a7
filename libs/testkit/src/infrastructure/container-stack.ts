/** Kafka and MongoDB as containers of this process: gone when it ends, however it ends, by testcontainers' reaper. */
import { problemsOf, type ServerName, type Stack } from '@lethe/stack';
import { type ContainerRuntimeClient, getContainerRuntimeClient, getReaper } from 'testcontainers';
import { waitFor } from '../wait-for.ts';
import { kafkaContainer } from './container-kafka.ts';
import { mongodbContainer } from './container-mongodb.ts';
import type { ServerContainer } from './server-container.ts';

/** Including the first look of a broker at its own data, on a machine that is busy with others. */
const READY_MS = 90_000;
/** What a restart leaves a living server to close its files. */
const CLOSE_S = 30;

/** @throws Error that says what to do where no Docker daemon answers, or an image is neither here nor to be had */
export const containerStack = async (options: { readonly shortRetention: boolean }): Promise<Stack> => {
  const runtime = await dockerHere();
  const host = runtime.info.containerRuntime.host;
  await getReaper(runtime); // once: two containers that start at the same time would each bring their own
  // Both, also when one fails: what is still starting could not be removed.
  const [kafka, mongodb] = await Promise.allSettled([kafkaContainer(host, options), mongodbContainer(host)]);
  const started = [kafka, mongodb].filter((each) => each.status === 'fulfilled').map(({ value }) => value);
  const stop = async (): Promise<void> => {
    await Promise.all(started.map(({ container }) => container.stop({ timeout: 0, removeVolumes: true })));
  };
  if (kafka.status === 'rejected' || mongodb.status === 'rejected') {
    await stop();
    throw kafka.status === 'rejected' ? kafka.reason : (mongodb as PromiseRejectedResult).reason;
  }
  const servers: Readonly<Record<ServerName, ServerContainer>> = { kafka: kafka.value, mongodb: mongodb.value };
  try {
    await Promise.all([ready(servers.kafka), ready(servers.mongodb)]);
  } catch (error) {
    await stop();
    throw error;
  }
  const brokers = [servers.kafka.address];
  const url = servers.mongodb.address;
  const docker = (server: ServerName) => runtime.container.getById(servers[server].container.getId());
  return {
    kafka: { brokers },
    mongodb: { url },
    env: { LETHE_KAFKA_BROKERS: brokers.join(','), LETHE_MONGODB_URL: url },
    stop,
    kill: async (server) => {
      await docker(server).kill({ signal: 'SIGKILL' });
      await docker(server).wait();
    },
    // Docker gives a fixed port again, and starts one that was killed as well.
    restart: async (server) => {
      await docker(server).restart({ t: CLOSE_S });
      await ready(servers[server]);
    },
    [Symbol.asyncDispose]: stop,
  };
};

const dockerHere = async (): Promise<ContainerRuntimeClient> => {
  try {
    return await getContainerRuntimeClient();
  } catch (error) {
    throw new Error(
      'LETHE_TEST_SERVERS=containers needs a Docker daemon, and none answers (try: docker info). Without one: LETHE_TEST_SERVERS=local',
      { cause: error },
    );
  }
};

/** An open port is not yet a broker that leads, or a member that takes writes. */
const ready = async (server: ServerContainer): Promise<void> => {
  await waitFor(
    async () => {
      await server.nudge();
      const [problem] = await problemsOf(server.given);
      if (problem !== undefined) throw new Error(problem);
      return true;
    },
    { what: 'a server in a container to answer', timeoutMs: READY_MS, everyMs: 100 },
  );
};
