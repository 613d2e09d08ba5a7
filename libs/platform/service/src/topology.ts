/** The table that says what a service hears, who answers, and what it says. */
import type { Named, TopicPattern, Topics } from '@lethe/contracts';
import type { Handler } from './handlers.ts';

/** In a table: this event is published with its sealed identifiers opened, at the relay, for that one topic alone. */
export interface SealedFor<N extends Named> {
  readonly opensAtTheEdge: N;
}

export function sealedFor<N extends Named>(event: N): SealedFor<N> {
  return { opensAtTheEdge: event };
}

export type Published = { readonly [T in keyof Topics]?: readonly (Topics[T] | SealedFor<Topics[T]>)[] };
type NameOf<X> = X extends SealedFor<infer N> ? N : X;
type EmitsOf<P extends Published> = P[keyof P & keyof Topics] extends infer L
  ? L extends readonly (infer N)[]
    ? NameOf<N>
    : never
  : never;
/** Beside other topics, a misspelt one would pass as a wider type. */
type NoOther<P> = { readonly [T in Exclude<keyof P, keyof Topics>]: never };
export type Consumes<Out extends Named> = {
  readonly [T in keyof Topics]?: { readonly [In in Topics[T]]: Handler<In, Out> | 'ignored' };
};

/** A service's table, as the platform and the drawings read it. */
export interface Topology {
  readonly name: string;
  readonly consumes: Readonly<Record<string, Readonly<Record<string, Handler<Named, Named> | 'ignored'>>>>;
  readonly publishes: Readonly<Record<string, readonly (Named | SealedFor<Named>)[]>>;
}

/**
 * Checks the table by its type: every event of a consumed topic is handled under its own name or `'ignored'` on
 * purpose, and no handler emits what the table does not publish.
 */
export function service<const P extends Published>(topology: {
  readonly name: string;
  readonly consumes: Consumes<EmitsOf<P> & Named>;
  readonly publishes: P & NoOther<P>;
}): Topology {
  return topology;
}

/** Where an event of this name goes: its topic's pattern, and whether its boxes are opened at the edge. */
export interface Outlet {
  readonly pattern: TopicPattern;
  readonly opens: boolean;
}

/** @throws Error when a table publishes one event on two topics */
export function outletsOf(topology: Topology): ReadonlyMap<Named, Outlet> {
  const outlets = new Map<Named, Outlet>();
  for (const [pattern, names] of Object.entries(topology.publishes)) {
    for (const entry of names) {
      const name = typeof entry === 'string' ? entry : entry.opensAtTheEdge;
      if (outlets.has(name)) throw new Error(`${topology.name}: ${name} is published on two topics`);
      outlets.set(name, { pattern: pattern as TopicPattern, opens: typeof entry !== 'string' });
    }
  }
  return outlets;
}
