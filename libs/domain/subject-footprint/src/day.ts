/** The UTC day of a time, as its first millisecond: the index knows days, not behaviour. */
export function dayOf(at: Date): Date {
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()));
}

export function earlier(a: Date, b: Date): Date {
  return b < a ? b : a;
}

export function later(a: Date, b: Date): Date {
  return b > a ? b : a;
}
