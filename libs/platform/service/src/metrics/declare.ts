/**
 * A metric is declared once, as a value, and used by that value: a name or a label that is not declared does not compile.
 * Labels hold systems, topics, states and codes, never an id.
 */

/**
 * Whom a number is about. `process`: this process alone; add those of all processes. `service`: what all processes of the
 * service share (its store, its topics); each tells the same, so take the largest.
 */
export type Scope = 'process' | 'service';

interface Declared<Kind, L extends string> {
  readonly kind: Kind;
  /** Whole, with its unit, by the conventions of Prometheus. */
  readonly name: `lethe_${string}`;
  readonly help: string;
  readonly labels: readonly L[];
  readonly scope: Scope;
}

export type Counter<L extends string = never> = Declared<'counter', L>;
export type Gauge<L extends string = never> = Declared<'gauge', L>;
export interface Histogram<L extends string = never> extends Declared<'histogram', L> {
  /** Upper bounds, ascending. */
  readonly buckets: readonly number[];
}
export type Metric = Counter<string> | Gauge<string> | Histogram<string>;

/** The values of a metric's labels; none for a metric without. */
export type LabelsOf<L extends string> = [L] extends [never] ? [] : [Readonly<Record<L, string>>];

export function counter<const L extends readonly string[] = []>(
  name: `lethe_${string}_total`,
  help: string,
  labels?: L,
): Counter<L[number]> {
  return { kind: 'counter', name, help, labels: labels ?? [], scope: 'process' };
}

export function gauge<const L extends readonly string[] = []>(
  name: `lethe_${string}`,
  scope: Scope,
  help: string,
  labels?: L,
): Gauge<L[number]> {
  return { kind: 'gauge', name, help, labels: labels ?? [], scope };
}

export function histogram<const L extends readonly string[] = []>(
  name: `lethe_${string}`,
  buckets: readonly number[],
  help: string,
  labels?: L,
): Histogram<L[number]> {
  return { kind: 'histogram', name, help, labels: labels ?? [], scope: 'process', buckets };
}

/** From a thousandth of a second to a minute. */
export const seconds: readonly number[] = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
];
