import type { Action } from '../command-group.ts';
import { CommandError } from '../command-error.ts';
import { withPlace } from '../deployment/place.ts';
import { exitCodes } from '../exit-codes.ts';
import { isSet, textOption } from '../options.ts';
import { jsonLine } from '../terminal/json.ts';
import { lookAtPartitions, lookAtRelay } from './look.ts';
import { partitionTable, relayTable } from './print.ts';

/** `lethe fence show` */
export const show: Action = (terminal, options) =>
  withPlace(terminal, options, async (place) => {
    const known = await place.services();
    if (known.length === 0) {
      throw new CommandError(
        exitCodes.found,
        `no service of the prefix ${place.prefix} has a store here`,
        'Check LETHE_PREFIX and LETHE_MONGODB_URL; a service makes its store when it first starts',
      );
    }
    const service = textOption(options, 'service');
    if (service !== null && !known.includes(service)) {
      throw new CommandError(exitCodes.refused, `that service has no store here; there are: ${known.join(', ')}`);
    }
    const services = service === null ? known : [service];
    const partitions = (await Promise.all(services.map((each) => lookAtPartitions(place, each))))
      .flat()
      .map(({ view }) => view);
    const relays = (await Promise.all(services.map((each) => lookAtRelay(place, each)))).flatMap(
      (found) => found?.view ?? [],
    );
    const still = [
      ...partitions.flatMap(({ message }) => message ?? []),
      ...relays
        .filter(({ verdict }) => verdict === 'halted')
        .map(({ service: of }) => `the relay of ${of} stands still; decide with: lethe fence adopt --relay`),
    ];
    if (isSet(options, 'json')) {
      terminal.out(jsonLine({ partitions, relays }));
    } else {
      terminal.out(`${partitionTable(partitions)}\n\n${relayTable(relays)}\n`);
      if (still.length > 0) terminal.out(`\n${still.join('\n')}\n`);
    }
    return still.length === 0 ? exitCodes.done : exitCodes.found;
  });
