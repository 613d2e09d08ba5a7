/**
 * Named places where a crash could hurt. A failpoint is declared beside the line that it guards, is enumerable, and
 * costs one comparison while it is off.
 *
 * `LETHE_FAILPOINTS="relay.before-send=kill@3,fence.moved=stop"` arms them: at the third pass through the first the
 * process ends itself with SIGKILL (no handler runs, exactly like a crash); at the second it stops with SIGSTOP (a
 * zombie, until someone continues it); `throw` raises a FailpointError there.
 */

export type FailpointAction = 'kill' | 'stop' | 'throw';

export class FailpointError extends Error {
  override readonly name = 'FailpointError';
  readonly failpoint: string;
  constructor(name: string) {
    super(`failpoint ${name} was armed to throw`);
    this.failpoint = name;
  }
}

interface Armed {
  readonly action: FailpointAction;
  remaining: number;
}

const declared = new Set<string>();
const armed = parseFailpoints(process.env['LETHE_FAILPOINTS'] ?? '');

/** Declares a failpoint; call the result at the place itself. */
export function failpoint(name: string): () => void {
  declared.add(name);
  const order = armed.get(name);
  if (order === undefined) return nothing;
  return () => pass(name, order);
}

/** Every failpoint declared by the modules loaded so far, sorted by name. */
export function failpoints(): readonly string[] {
  return [...declared].sort();
}

function nothing(): void {
  // Off: the whole cost of a failpoint is this call.
}

function pass(name: string, order: Armed): void {
  order.remaining -= 1;
  if (order.remaining !== 0) return;
  if (order.action === 'throw') throw new FailpointError(name);
  process.stderr.write(`failpoint ${name}: ${order.action}\n`);
  process.kill(process.pid, order.action === 'kill' ? 'SIGKILL' : 'SIGSTOP');
}

/** @throws Error naming the entry that is not `<name>=<kill|stop|throw>[@<nth pass>]` */
export function parseFailpoints(text: string): Map<string, Armed> {
  const orders = new Map<string, Armed>();
  for (const entry of text.split(',').filter((part) => part !== '')) {
    const match = /^([a-z0-9.-]+)=(kill|stop|throw)(?:@([1-9][0-9]*))?$/.exec(entry);
    const [, name, action, nth] = match ?? [];
    if (name === undefined || action === undefined) {
      throw new Error(`LETHE_FAILPOINTS: "${entry}" is not <name>=<kill|stop|throw>[@<nth pass>]`);
    }
    orders.set(name, { action: action as FailpointAction, remaining: nth === undefined ? 1 : Number(nth) });
  }
  return orders;
}
