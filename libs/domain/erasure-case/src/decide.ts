/** When a case orders, when it asks again, when it closes. */
import { recordAnswer, takeStray } from './answer.ts';
import type { Accept, CaseCommand, Locate } from './commands.ts';
import type { CaseEvent } from './events.ts';
import { evolve } from './evolve.ts';
import { exceptionsOf } from './exceptions.ts';
import { publishAgain, type Lease } from './lease.ts';
import { askAgain, roundsOf, sendPlanned } from './rounds.ts';
import type { CaseState } from './state.ts';

/** What a command means, and everything that follows from it at once: orders, answers that came early, the end. */
export function decide(state: CaseState, command: CaseCommand, now: Date, lease: Lease): readonly CaseEvent[] {
  const steps: readonly Step[] = [
    (known) => heard(known, command, lease, now),
    (known) => sendPlanned(known, lease, now),
    untilNothing(takeStray),
    askAgain,
    (known) => sendPlanned(known, lease, now),
    untilNothing(takeStray),
    (known) => close(known, now),
  ];
  return steps.reduce<Course>((course, step) => follow(course, step(course.state)), { state, events: [] }).events;
}

interface Course {
  readonly state: CaseState;
  readonly events: readonly CaseEvent[];
}
type Step = (state: CaseState) => readonly CaseEvent[];

function follow(course: Course, events: readonly CaseEvent[]): Course {
  return { state: events.reduce(evolve, course.state), events: [...course.events, ...events] };
}

function untilNothing(step: Step): Step {
  return (state) => {
    let course: Course = { state, events: [] };
    for (let events = step(state); events.length > 0; events = step(course.state)) course = follow(course, events);
    return course.events;
  };
}

function heard(state: CaseState, command: CaseCommand, lease: Lease, now: Date): readonly CaseEvent[] {
  switch (command.type) {
    case 'Accept':
      return accept(state, command, now);
    case 'Locate':
      return locate(state, command, now);
    case 'RecordAnswer':
      return recordAnswer(state, command);
    case 'PublishAgain':
      return publishAgain(state, lease, now);
  }
}

function accept(state: CaseState, command: Accept, now: Date): readonly CaseEvent[] {
  if (state.request !== null) return [];
  const { controller, scope, legalReference, receivedAt, respondBy } = command;
  return [
    ...opened(state, command, now),
    { event: 'RequestNoted', request: { controller, scope, legalReference, receivedAt, respondBy } },
  ];
}

function locate(state: CaseState, command: Locate, now: Date): readonly CaseEvent[] {
  if (state.location !== null && command.increment <= state.location.increment) return [];
  if (state.state === 'closed') return [{ event: 'LateIncrementNoted' }];
  const { increment, complete, catalogDigest, plan } = command;
  const { exclusions, footprints } = plan;
  return [
    ...opened(state, command, now),
    { event: 'LocationNoted', location: { increment, complete, catalogDigest, exclusions, footprints } },
    ...roundsOf(state, command.requestId, plan, catalogDigest),
  ];
}

/** A case is opened by whichever comes first, its request or its location. */
function opened(state: CaseState, { requestId, catalogDigest }: Accept | Locate, now: Date): readonly CaseEvent[] {
  if (state.openedAt !== null) return [];
  const sequence = state.sequence + 1;
  return [{ event: 'CaseOpened', caseId: requestId, requestId, sequence, catalogDigest, openedAt: now }];
}

/** Only answers close a case: every order has its final one, and no further place can turn up. */
function close(state: CaseState, now: Date): readonly CaseEvent[] {
  const { requestId, openedAt, location } = state;
  if (state.state !== 'erasing' || requestId === null || openedAt === null || location?.complete !== true) return [];
  const orders = state.orders.flatMap(({ orderId, system, round, answer }) =>
    answer === null
      ? []
      : [{ orderId, system, round, outcome: answer.outcome, count: answer.count, method: answer.method }],
  );
  if (orders.length < state.orders.length) return [];
  const exceptions = exceptionsOf(state);
  const outcome = exceptions.length > 0 ? ('erased_with_exceptions' as const) : ('erased' as const);
  const sequence = state.sequence + 1;
  const ended = { outcome, orders, exceptions, openedAt, closedAt: now };
  return [{ event: 'CaseClosed', caseId: requestId, requestId, sequence, ...ended }];
}
