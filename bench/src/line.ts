/** A line of the bench: a raw floor and our path, the same work measured on both in turn. */
import type { Bench } from './bench.ts';

export interface Figure {
  readonly name: string;
  readonly unit: string;
  /** Which way is better. The ratio is always turned so that 1 is the floor and less is worse. */
  readonly better: 'more' | 'less';
  /** The ratio that we hold ourselves to; null where none fits. */
  readonly bar: number | null;
}

/** What must be true of a run for its figures to count. */
export interface Count {
  readonly what: string;
  readonly expected: number;
  readonly seen: number;
}

export interface Outcome {
  /** One value for each figure of the line, by the figure's name, in its unit. */
  readonly values: Readonly<Record<string, number>>;
  readonly counts: readonly Count[];
}

export interface LineRun extends AsyncDisposable {
  /** Always called first in a round: the floor may replay what it left. */
  ours(): Promise<Outcome>;
  floor(): Promise<Outcome>;
}

export interface Line {
  readonly name: string;
  readonly figures: readonly Figure[];
  /** Which raw operations the floor is, and what of ours stands beside it; sentences without a full stop. */
  readonly floorIs: string;
  readonly oursIs: string;
  /** How often it is repeated without --quick, where that is not the usual number. */
  readonly rounds?: number;
  /** A first round is thrown away: what it makes, or compiles, is there from then on. */
  readonly warmUp?: boolean;
  /** Ours runs in the process of the bench itself: the profiler has to look there. */
  readonly inProcess?: boolean;
  open(bench: Bench): Promise<LineRun>;
}
