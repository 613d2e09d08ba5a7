/** The lines of the bench, in the order in which they run and are printed: from the raw parts to the whole. */
import type { Line } from './line.ts';
import { cases } from './lines/cases.ts';
import { consume } from './lines/consume.ts';
import { intakeSteady } from './lines/intake-steady.ts';
import { memory } from './lines/memory.ts';
import { observations } from './lines/observations.ts';
import { produce } from './lines/produce.ts';
import { requests } from './lines/requests.ts';
import { restAccept } from './lines/rest-accept.ts';
import { startUp } from './lines/start-up.ts';
import { upserts } from './lines/upserts.ts';

export const lines: readonly Line[] = [
  produce,
  consume,
  upserts,
  intakeSteady,
  observations,
  cases,
  restAccept,
  requests,
  startUp,
  memory,
];
