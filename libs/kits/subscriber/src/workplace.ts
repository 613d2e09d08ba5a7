/** What it takes to work on an order. */
import type { BusLogger, RetryPolicy } from '@lethe/bus';
import type { Ledger } from './ledger.ts';
import type { Team } from './team.ts';
import type { Turnstile } from './turnstile.ts';

export interface Workplace {
  readonly team: Team;
  readonly ledger: Ledger;
  /** Of this start of the subscriber. */
  readonly by: string;
  /** How long a run is taken to live after its last sign of life, in milliseconds. */
  readonly aliveMs: number;
  readonly retry: RetryPolicy;
  /** After so many milliseconds, and again after as many, a call of the team is logged. */
  readonly warnAfterMs: number;
  /** After so many milliseconds a call of the team is given up; null: never. */
  readonly limitMs: number | null;
  /** Only who works is inside: who waits, for another process or for the next attempt, is not. */
  readonly places: Turnstile;
  readonly logger: BusLogger;
  /** Nothing new is begun. */
  readonly draining: AbortSignal;
  /** What runs must end. */
  readonly over: AbortSignal;
}
