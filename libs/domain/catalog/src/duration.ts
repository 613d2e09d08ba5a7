const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const week = 7 * day;

/**
 * An ISO 8601 duration of fixed length in milliseconds, or undefined. Weeks stand alone, as the standard has it; years
 * and months are refused because their length depends on when they begin; so is nothing at all (P0D).
 */
export function parseDuration(text: string): number | undefined {
  const weeks = /^P(\d{1,3})W$/.exec(text);
  if (weeks) return positive(Number(weeks[1]) * week);
  const rest = /^P(?=.)(?:(\d{1,4})D)?(?:T(?=.)(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,6})S)?)?$/.exec(text);
  if (!rest) return undefined;
  const [days, hours, minutes, seconds] = rest.slice(1).map((digits: string | undefined) => Number(digits ?? 0));
  return positive((days ?? 0) * day + (hours ?? 0) * hour + (minutes ?? 0) * minute + (seconds ?? 0) * second);
}

function positive(milliseconds: number): number | undefined {
  return milliseconds > 0 ? milliseconds : undefined;
}
