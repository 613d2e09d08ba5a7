import { setTimeout as sleep } from 'node:timers/promises';
import type { Launched } from './launch.ts';
import type { Environment, StackPaths } from './paths.ts';
import { isAlive } from './process-identity.ts';
import { lastLines } from './run-command.ts';
import { StackError } from './stack-error.ts';

export type ServerName = 'kafka' | 'mongodb';
export const SERVER_NAMES: readonly ServerName[] = ['kafka', 'mongodb'];

/** What the start of a server needs to know. */
export interface StartContext {
  readonly paths: StackPaths;
  readonly environment: Environment;
  readonly log: (line: string) => void;
  /** Look for expired segments every second instead of every five minutes. */
  readonly shortRetention: boolean;
}

/** Whether ports of an earlier run may be given up for others when somebody else took them meanwhile. */
export type PortRule = 'keep' | 'may_move';

/** Thrown inside the start alone: somebody was quicker at the port. */
export class PortTakenError extends Error {}

const START_LIMIT_MS = 90_000;
const LOOK_EVERY_MS = 100;

/** Waits until a server just started does its work; says why when it ends instead. */
export const untilReady = async (
  name: ServerName,
  launched: Launched,
  isReady: () => Promise<boolean>,
): Promise<void> => {
  const deadline = Date.now() + START_LIMIT_MS;
  let lastError: unknown;
  const look = async (): Promise<boolean> => {
    try {
      return await isReady();
    } catch (error) {
      lastError = error; // a server that is still starting refuses for a while; told if it never stops
      return false;
    }
  };
  while (!(await look())) {
    if (!isAlive(launched.process)) {
      const output = launched.output();
      if (/address already in use/i.test(output)) throw new PortTakenError(`${name}: port taken`);
      throw new StackError('server_did_not_start', `${name} ended while it started:\n${lastLines(output, 15)}`);
    }
    if (Date.now() > deadline) {
      throw new StackError(
        'server_did_not_start',
        `${name} was not ready within ${START_LIMIT_MS / 1000} s:\n${lastLines(launched.output(), 15)}`,
        lastError,
      );
    }
    await sleep(LOOK_EVERY_MS);
  }
};

const PORT_TRIES = 5;

/** Starts on the ports that are wished for, and on others when those are taken and the rule allows it. */
export const startOnPorts = async <Ports, Result>(
  name: ServerName,
  wished: Ports | null,
  rule: PortRule,
  choose: () => Promise<Ports>,
  start: (ports: Ports) => Promise<Result>,
): Promise<Result> => {
  let ports = wished ?? (await choose());
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start(ports);
    } catch (error) {
      if (!(error instanceof PortTakenError)) throw error;
      if (rule === 'keep' || attempt === PORT_TRIES) {
        throw new StackError(
          'server_did_not_start',
          `${name} could not have its port: another process listens there (${JSON.stringify(ports)}).`,
          error,
        );
      }
      ports = await choose();
    }
  }
};
