import type { Events, Identity, Named, SealedIdentity } from './generated/events.ts';

/**
 * An event as rules and stores may hold it: where the published event carries identifiers in clear, they are still in
 * their boxes. The platform opens them at the edge, for the one system that the topic belongs to.
 */
export type Sealed<E> = {
  readonly [K in keyof E]: E[K] extends readonly Identity[] ? readonly SealedIdentity[] : E[K];
};

/** An event as a decider emits it: flat, under its name; a discriminated union when `N` is one. */
export type Emitted<N extends Named> = N extends Named ? { readonly event: N } & Sealed<Events[N]> : never;

/**
 * The rules of one kind of record, pure: what is said (`decide`), and what the record knows after it (`evolve`). Time
 * and ids come in as data. A command that changes nothing is answered with no events.
 *
 * Events under a name of the contracts are published; one under any other name is the record's own note: it moves the
 * state, and nobody else hears it. So a record can remember what it heard while there is nothing to say yet.
 */
export interface Decider<S, C, E extends { readonly event: string }> {
  readonly initial: S;
  decide(state: S, command: C, now: Date): readonly E[];
  evolve(state: S, event: E): S;
}
