/** What is said of a few repeated measurements: their median and their spread. Pure. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** @throws when there is nothing to speak of, or a value is no finite number */
export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) throw new Error('nothing was measured');
  if (!values.every(Number.isFinite)) throw new Error(`not a measurement: ${values.join(', ')}`);
  const sorted = values.toSorted((a, b) => a - b);
  return { median: quantile(sorted, 0.5), min: quantile(sorted, 0), max: quantile(sorted, 1) };
}

/** Between two neighbours the line between them. @param sorted ascending, not empty */
export function quantile(sorted: readonly number[], part: number): number {
  const at = part * (sorted.length - 1);
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
}

/** To so many significant digits: more would claim more than a run knows. */
export function rounded(value: number, digits = 4): number {
  return Number(value.toPrecision(digits));
}
