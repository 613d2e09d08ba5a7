/** Follows a request until it is completed, and says what changes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { CommandError } from '../command-error.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { ask, type Reply } from '../rest/ask.ts';
import { printable } from '../terminal/printable.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { requestText, requestView, type RequestView } from './request-view.ts';
import { understood } from '../rest/understood.ts';
import { jsonLine } from '../terminal/json.ts';

interface Following {
  readonly terminal: Terminal;
  readonly intake: string;
  readonly id: string;
  readonly timeoutSeconds: number;
  readonly json: boolean;
}

const LOOK_EVERY_MS = 500;

/** Exit code 3 when it is not completed in time. */
export const follow = async ({ terminal, intake, id, timeoutSeconds, json }: Following): Promise<ExitCode> => {
  const began = performance.now();
  const remaining = (): number => timeoutSeconds * 1000 - (performance.now() - began);
  // A result goes to stdout; with --json that is one document, and what happens until then goes beside it.
  const tell = (line: string): void => (json ? terminal.note(line) : terminal.out(`${line}\n`));
  const told = new Set<string>();
  let etag: string | null = null;
  let last: { readonly body: unknown; readonly request: RequestView } | null = null;
  tell(`request ${id}`);
  for (;;) {
    const reply: Reply | CommandError = await look({ terminal, intake, id, etag });
    if (reply instanceof CommandError) {
      if (remaining() <= 0) throw reply;
    } else if (reply.status !== 304) {
      etag = reply.headers.get('etag');
      last = { body: reply.body, request: understood(requestView, reply.body, 'intake') };
      for (const fact of factsOf(last.request)) {
        if (told.has(fact)) continue;
        told.add(fact);
        tell(`${((performance.now() - began) / 1000).toFixed(1).padStart(7)} s  ${printable(fact)}`);
      }
    }
    if (last?.request.state === 'completed' || remaining() <= 0) break;
    await sleep(Math.min(LOOK_EVERY_MS, Math.max(remaining(), 0)), undefined, { signal: terminal.interrupted });
  }
  if (last === null)
    throw new CommandError(exitCodes.found, `the request ${id} was not shown within ${timeoutSeconds} s`);
  terminal.out(json ? jsonLine(last.body) : `\n${requestText(last.request)}\n`);
  if (last.request.state === 'completed') return exitCodes.done;
  throw new CommandError(
    exitCodes.found,
    `the request is not completed within ${timeoutSeconds} s; it goes on without us`,
    `lethe request show ${id}; lethe case show ${id}`,
  );
};

/** Not reachable just now is no reason to give up: the request is accepted. */
const look = async (at: {
  readonly terminal: Terminal;
  readonly intake: string;
  readonly id: string;
  readonly etag: string | null;
}): Promise<Reply | CommandError> => {
  try {
    return await ask({
      service: 'intake',
      base: at.intake,
      path: `v1/subject-requests/${at.id}`,
      headers: at.etag === null ? {} : { 'if-none-match': at.etag },
      signal: at.terminal.interrupted,
    });
  } catch (error) {
    if (error instanceof CommandError && error.exitCode === exitCodes.unreachable) return error;
    throw error;
  }
};

const factsOf = ({ state, outcome, systems }: RequestView): readonly string[] => [
  'accepted',
  ...(state === 'accepted' ? [] : ['in progress']),
  ...systems.flatMap((each) => {
    const again = each.round === 1 ? '' : `, round ${each.round}`;
    const ordered = `${each.system} is ordered to erase${again}`;
    return each.outcome === null ? [ordered] : [ordered, `${each.system} answered${again}: ${each.outcome}`];
  }),
  ...(state === 'completed' ? [`completed: ${outcome ?? ''}`] : []),
];
