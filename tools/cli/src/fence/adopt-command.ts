import type { Action } from '../command-group.ts';
import { withPlace } from '../deployment/place.ts';
import { exitCodes } from '../exit-codes.ts';
import { isSet } from '../options.ts';
import { jsonLine } from '../terminal/json.ts';
import { adopt } from './adopt.ts';
import { adoptIn } from './adopt-options.ts';

/** `lethe fence adopt` */
export const adoptCommand: Action = (terminal, options, words) => {
  const asked = adoptIn(options, words, terminal.env);
  return withPlace(terminal, options, async (place) => {
    const moves = await adopt(place, asked);
    if (isSet(options, 'json')) {
      terminal.out(jsonLine({ service: asked.service, moves }));
      return exitCodes.done;
    }
    for (const { topic, partition, from, to } of moves) {
      terminal.out(`${asked.service} ${topic}/${partition}: ${from === null ? 'nowhere' : from} -> ${to}\n`);
    }
    return exitCodes.done;
  });
};
