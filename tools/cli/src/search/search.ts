import { access, constants } from 'node:fs/promises';
import { kafkaLog } from '@lethe/bus';
import { type Catalog, readCatalogFolder } from '@lethe/catalog';
import { loadKeys } from '@lethe/identity';
import { connectStore } from '@lethe/store';
import { addressesOf } from '../addresses.ts';
import { CommandError } from '../command-error.ts';
import type { Action } from '../command-group.ts';
import { someTopics, withBus } from '../deployment/bus.ts';
import { exitCodes } from '../exit-codes.ts';
import { operatorLog } from '../operator-log.ts';
import { listOption } from '../options.ts';
import { readIdentifiers } from '../request/read-identifiers.ts';
import { jsonLine } from '../terminal/json.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { searchIn } from './asked.ts';
import { lookEverywhere } from './look-everywhere.ts';
import { printed } from './print.ts';
import { refuseOthers } from './refuse-others.ts';
import { type Sought, soughtOf } from './sought.ts';

/** `lethe search` */
export const search: Action = async (terminal, options) => {
  const asked = searchIn(options, terminal.env);
  const { brokers, mongodb, prefix } = addressesOf(['brokers', 'mongodb', 'prefix'], options, terminal.env);
  const catalog = await readCatalogFolder(asked.catalog);
  const keys = loadKeys(terminal.env);
  const given = await readIdentifiers(terminal, listOption(options, 'identifier'));
  await refuseMissing('--logs', asked.logs);
  await refuseMissing('--kafka-logs', asked.kafkaLogs);
  const soughts = soughtOf(catalog, keys, asked.controller ?? onlyController(catalog), given);

  return withBus({ brokers, prefix }, async (bus, topics) => {
    const { actor, reason, requestId } = asked;
    const some = someTopics(topics, prefix);
    const store = await connectStore(mongodb, `${prefix}-lethe`);
    const log = kafkaLog({ brokers: brokers.split(','), clientId: `${prefix}-lethe` });
    const telling = await operatorLog(bus, prefix, some);
    try {
      await refuseOthers(store.client, prefix, keys);
      await telling.tell([{ event: 'SubjectLookedUp', actor, reason, requestId, lookedUpAt: new Date() }]);
      const outcome = await lookEverywhere({
        ...{ prefix, keys, catalog, soughts, log, client: store.client },
        ...{ logs: asked.logs, kafkaLogs: asked.kafkaLogs, interrupted: terminal.interrupted },
      });
      show(terminal, soughts, outcome, asked.json);
      if (outcome.findings.some(({ reason: allowed }) => allowed === null)) return exitCodes.found;
      return outcome.blind.length > 0 ? exitCodes.partly : exitCodes.done;
    } finally {
      await telling.close();
      await log.close();
      await store.close();
    }
  });
};

/** Before anything is told to the audit log. */
const refuseMissing = async (option: string, paths: readonly string[]): Promise<void> => {
  for (const [index, path] of paths.entries()) {
    await access(path, constants.R_OK).catch((cause: unknown) => {
      const message = `${option}: number ${index + 1} is not there or cannot be read`;
      throw new CommandError(exitCodes.notUnderstood, message, null, { cause });
    });
  }
};

const onlyController = ({ controllers }: Catalog): string => {
  const [only, ...others] = controllers;
  if (only !== undefined && others.length === 0) return only;
  throw new CommandError(exitCodes.notUnderstood, `--controller is needed: the catalog has ${controllers.join(', ')}`);
};

const show = (
  terminal: Terminal,
  soughts: readonly Sought[],
  outcome: Awaited<ReturnType<typeof lookEverywhere>>,
  json: boolean,
): void => {
  const identifiers = soughts.map(({ number, controller, type }) => ({ number, controller, type }));
  terminal.out(json ? jsonLine({ identifiers, ...outcome }) : printed(identifiers, outcome));
};
