/** Upstream says that data about somebody exists. What nobody could use is refused here, at the edge. */
import { TerminalError } from '@lethe/bus';
import { type Catalog, type Feed, feedOf } from '@lethe/catalog';
import { type Identity, mostIdentities, type ObservedIdentity, type UserEvent } from '@lethe/contracts';
import type { Counts, Given, Passed } from '@lethe/service';
import { mergedWithin } from '../coalescing.ts';
import { type IntakeContext, passOn } from '../handler-context.ts';
import { identitiesBlocked } from '../metrics.ts';
import type { Identify } from '../identify.ts';

/** Before that, a clock is broken. Later than the broker's own time it is clamped, so there is no upper bound. */
const earliest = Date.parse('0001-01-01T00:00:00Z');

export const userEvent = (coalesceMs: number) =>
  passOn('UserEvent', 'SubjectObserved', observe, mergedWithin(coalesceMs));

/** @throws TerminalError for what no later attempt makes better */
export function observe(
  event: UserEvent,
  { catalog, identify, appendedAt }: Pick<Given<IntakeContext>, 'catalog' | 'identify' | 'appendedAt'>,
): Passed<'SubjectObserved'> {
  const feed = feedNamed(catalog, event);
  const { controller, operation } = event;
  if (operation === 'unspecified') throw new TerminalError('unknown_operation', 'an operation newer than this reader');
  if (event.occurredAt.getTime() < earliest) throw new TerminalError('implausible_time', 'happened before the year 1');
  if (event.identities.length > mostIdentities) {
    throw new TerminalError('too_many_identities', `${event.identities.length} identities; ${mostIdentities} at most`);
  }

  const { identities, blocked } = observed(feed, controller, event.identities, identify);
  const counts: Counts = blocked > 0 ? [[identitiesBlocked, blocked]] : [];
  if (identities.length === 0) return { drop: 'unattributed', counts };
  // An upstream clock that is ahead must not let data count as newer than an erasure that has not even begun.
  const occurredAt = event.occurredAt > appendedAt ? appendedAt : event.occurredAt;
  const pass = {
    event: 'SubjectObserved' as const,
    controller,
    feed: feed.name,
    system: feed.system,
    dataset: feed.dataset,
    operation,
    identities,
    establishes: feed.establishes,
    earliestOccurredAt: occurredAt,
    occurredAt,
    reportedAt: appendedAt,
  };
  return { pass, counts };
}

function feedNamed(catalog: Catalog, { controller, system, dataset }: UserEvent): Feed {
  if (!catalog.controllers.includes(controller)) {
    throw new TerminalError('unknown_controller', 'the controller is not in the catalog');
  }
  if (system === '') throw new TerminalError('empty_system', 'the event names no system');
  const feed = feedOf(catalog, system, dataset);
  if (feed === undefined) throw new TerminalError('unknown_feed', 'no system of the catalog feeds this dataset');
  return feed;
}

function observed(feed: Feed, controller: string, identities: readonly Identity[], identify: Identify) {
  const byRef = new Map<string, ObservedIdentity>();
  let blocked = 0;
  for (const { type, value } of identities) {
    const identified = identify(controller, type, value);
    if (identified.kind === 'unknown_type') {
      throw new TerminalError('unknown_identity_type', 'an identity type that is not in the catalog');
    }
    const role = feed.identities.get(type);
    if (role === undefined) {
      throw new TerminalError('undeclared_identity_type', 'the feed does not declare one of the identity types');
    }
    switch (identified.kind) {
      case 'invalid':
        throw new TerminalError('invalid_identity', `an identity's value is unusable: ${identified.why}`);
      case 'blocked':
        blocked += 1;
        break;
      case 'sealed':
        byRef.set(identified.identity.ref, { ...identified.identity, links: role === 'links' });
    }
  }
  return { identities: [...byRef.values()], blocked };
}
