/** From the rounds of a line to what is printed of each of its figures. Pure. */
import type { Figure, Line, Outcome } from './line.ts';
import { rounded, spreadOf } from './statistics.ts';

/** One round: both sides, measured one after the other. */
export interface Round {
  readonly floor: Outcome;
  readonly ours: Outcome;
}

/** One line of `--json`; its fields' meaning is in docs/benchmarks.md. */
export interface Result {
  readonly name: string;
  readonly floor: number;
  readonly ours: number;
  readonly ratio: number;
  readonly bar: number | null;
  readonly ok: boolean;
  readonly unit: string;
  readonly runs: number;
  readonly floorMin: number;
  readonly floorMax: number;
  readonly oursMin: number;
  readonly oursMax: number;
  readonly ratioMin: number;
  readonly ratioMax: number;
  /** How many things were counted in all runs of the line, each where it had to be. */
  readonly counted: number;
}

/** @throws LostError when a run lost something */
export function resultsOf(line: Pick<Line, 'name' | 'figures'>, rounds: readonly Round[]): readonly Result[] {
  const outcomes = rounds.flatMap(({ floor, ours }) => [floor, ours]);
  for (const outcome of outcomes) checkCounts(line.name, outcome);
  const counted = outcomes.flatMap(({ counts }) => counts).reduce((sum, { seen }) => sum + seen, 0);
  return line.figures.map((figure) => resultOf(figure, rounds, counted));
}

/** A figure of a run that lost something would be a figure of something else. */
export class LostError extends Error {
  override readonly name = 'LostError';
}

/** @throws LostError */
export function checkCounts(line: string, { counts }: Outcome): void {
  const wrong = counts.filter(({ expected, seen }) => expected !== seen);
  if (wrong.length === 0) return;
  const told = wrong.map(({ what, expected, seen }) => `${what}: ${seen} of ${expected}`);
  throw new LostError(`${line} did not arrive whole, so it has no figure: ${told.join('; ')}`);
}

function resultOf(figure: Figure, rounds: readonly Round[], counted: number): Result {
  const floors = rounds.map(({ floor }) => valueOf(floor, figure));
  const ours = rounds.map((round) => valueOf(round.ours, figure));
  const floor = spreadOf(floors);
  const our = spreadOf(ours);
  // Neighbours in time are compared with each other: what disturbs the machine disturbs both.
  const ratios = spreadOf(ours.map((value, index) => ratioOf(figure, floors[index] ?? Number.NaN, value)));
  const shown = { floor: rounded(floor.median), ours: rounded(our.median) };
  const ratio = rounded(ratioOf(figure, shown.floor, shown.ours), 3);
  return {
    name: figure.name,
    ...shown,
    ratio,
    bar: figure.bar,
    ok: figure.bar === null || ratio >= figure.bar,
    unit: figure.unit,
    runs: rounds.length,
    floorMin: rounded(floor.min),
    floorMax: rounded(floor.max),
    oursMin: rounded(our.min),
    oursMax: rounded(our.max),
    ratioMin: rounded(ratios.min, 3),
    ratioMax: rounded(ratios.max, 3),
    counted,
  };
}

/** 1 is the floor, less is worse, whichever way the figure counts. */
function ratioOf({ better }: Figure, floor: number, ours: number): number {
  return better === 'more' ? ours / floor : floor / ours;
}

function valueOf({ values }: Outcome, { name }: Figure): number {
  const value = values[name];
  if (value === undefined) throw new Error(`${name} was not measured`);
  return value;
}
