/** One server in a container, at a port of this machine that stays its own over restarts. */
import { chooseFreePort, type GivenAddresses } from '@lethe/stack';
import type { StartedTestContainer } from 'testcontainers';

export interface ServerContainer {
  readonly container: StartedTestContainer;
  /** As a client is told it. */
  readonly address: string;
  /** The same, to be asked whether it answers as it should. */
  readonly given: GivenAddresses;
  /** What it needs from outside to become ready; called until it is. */
  nudge(): Promise<void>;
}

const TRIES = 5;

/**
 * The port is chosen here and not by Docker: Kafka has to say at its start under which one it is reached, and Docker would give
 * another one after a restart. Somebody may be quicker at it, hence the tries.
 */
export const startAtFreePort = async (
  start: (port: number) => Promise<StartedTestContainer>,
): Promise<{ readonly port: number; readonly container: StartedTestContainer }> => {
  for (let attempt = 1; ; attempt += 1) {
    const port = await chooseFreePort();
    try {
      return { port, container: await start(port) };
    } catch (error) {
      if (attempt === TRIES || !/port is already allocated|address already in use/i.test(String(error))) throw error;
    }
  }
};
