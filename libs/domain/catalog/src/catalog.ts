import type { IdentityType } from '@lethe/identity';
import type { RespondWithin } from './schema.ts';

/** Privacy as code: who the controller is, who holds data, how a subject is known, and by when to answer. */
export interface Catalog {
  readonly controllers: readonly string[];
  readonly identityTypes: ReadonlyMap<string, IdentityType>;
  readonly regulations: ReadonlyMap<string, Regulation>;
  /** By name, in the order of their names. */
  readonly systems: ReadonlyMap<string, System>;
  /** By feed name, `<system>/<dataset>`. */
  readonly feeds: ReadonlyMap<string, Feed>;
  /** SHA-256 (hex) of what the catalog says, whatever its layout, comments and order. */
  readonly digest: string;
}

/** A duty as cited data. */
export interface Regulation {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  readonly respond: RespondWithin;
}

/** A holder of data about subjects. */
export interface System {
  readonly name: string;
  readonly kind: 'internal' | 'processor' | 'recipient';
  readonly locate: 'always' | 'when_seen';
  /** With `when_seen`, the ISO date since which its feeds have told everything; else null. */
  readonly since: string | null;
  readonly datasets: readonly string[];
  /** The identity types that it can look a subject up by. */
  readonly identityTypes: readonly string[];
  /** How long after an order it answers, in milliseconds. */
  readonly answerWithinMs: number;
  readonly feeds: readonly Feed[];
}

/** What one system tells of one dataset. */
export interface Feed {
  /** `<system>/<dataset>` */
  readonly name: string;
  readonly system: string;
  readonly dataset: string;
  /** `links`: the feed verified the value, so it may join subjects; `mentions` never joins. */
  readonly identities: ReadonlyMap<string, 'links' | 'mentions'>;
  /** An event is a relationship beginning, not a copy of data. */
  readonly establishes: boolean;
}

/** The systems that accept one of these identity types: every one of them is in the plan of a subject who has them. */
export function capableSystems(catalog: Catalog, identityTypes: ReadonlySet<string>): readonly System[] {
  return [...catalog.systems.values()].filter((system) => system.identityTypes.some((type) => identityTypes.has(type)));
}

/** The feed that an event on user-events belongs to, or undefined: nobody declared it. */
export function feedOf(catalog: Catalog, system: string, dataset: string): Feed | undefined {
  return catalog.feeds.get(feedName(system, dataset));
}

/** Names hold no slash, so that no two pairs share a feed name. */
export function feedName(system: string, dataset: string): string {
  return `${system}/${dataset}`;
}
