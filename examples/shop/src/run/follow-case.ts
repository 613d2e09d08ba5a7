import { setTimeout as sleep } from 'node:timers/promises';
import { readCase, readRequest } from './lethe-api.ts';
import type { CaseView, RequestView } from './lethe-api.ts';
import { seconds } from './screen.ts';
import type { Screen } from './screen.ts';
import type { Addresses } from './services.ts';
import { RunError } from './run-error.ts';

const LOOK_EVERY_MS = 100;
/** Nothing new for so long, and something is wrong. */
const PATIENCE_MS = 120_000;

export interface Followed {
  readonly request: RequestView;
  readonly seconds: number;
}

/** Prints what happens to a request as it happens, until it is completed. */
export async function followCase(addresses: Addresses, id: string, began: number, screen: Screen): Promise<Followed> {
  const told = new Set<string>();
  let newest = performance.now();
  const tell = (facts: readonly string[]): void => {
    for (const fact of facts) {
      if (told.has(fact)) continue;
      told.add(fact);
      newest = performance.now();
      screen.line(`  ${seconds(performance.now() - began).padStart(7)}  ${fact}`);
    }
  };
  for (;;) {
    const request = await readRequest(addresses, id);
    const erasureCase = await readCase(addresses, id);
    tell([`accepted; the shop must respond by ${request.respondBy.slice(0, 10)}`]);
    if (erasureCase !== null) tell(factsOf(erasureCase));
    if (request.state === 'completed') {
      tell([`the request is completed: ${request.outcome ?? ''}`]);
      return { request, seconds: (performance.now() - began) / 1000 };
    }
    if (performance.now() - newest > PATIENCE_MS) throw new RunError(stuck(request, erasureCase));
    await sleep(LOOK_EVERY_MS);
  }
}

function factsOf({ state, outcome, location, orders }: CaseView): readonly string[] {
  const facts = ['the case is open: discovery looks for the subject'];
  if (location !== null) facts.push('located; it is still being made sure that nothing on its way is missed');
  for (const { system, round } of orders.filter((order) => order.state !== 'planned')) {
    facts.push(`${system} is ordered to erase${again(round)}`);
  }
  if (location?.complete === true) facts.push('the location is complete');
  for (const { system, round, answer } of orders) {
    if (answer !== null) facts.push(`${system} answered${again(round)}: ${answerOf(answer)}`);
  }
  if (state === 'closed') facts.push(`the case is closed: ${outcome ?? ''}`);
  return facts;
}

const again = (round: number): string => (round === 1 ? '' : `, round ${round}`);

const answerOf = ({ outcome, count, method }: NonNullable<CaseView['orders'][number]['answer']>): string =>
  outcome === 'erased' ? `${count ?? 'an unknown number of'} ${count === 1 ? 'row' : 'rows'} ${method ?? ''}` : outcome;

function stuck(request: RequestView, erasureCase: CaseView | null): string {
  const waiting = (erasureCase?.orders ?? []).filter(({ answer }) => answer === null).map(({ system }) => system);
  const who = waiting.length === 0 ? '' : `, without an answer of ${waiting.join(', ')}`;
  return `nothing has happened for ${PATIENCE_MS / 1000} s: the request is ${request.state}, the case ${erasureCase?.state ?? 'unknown'}${who}`;
}
