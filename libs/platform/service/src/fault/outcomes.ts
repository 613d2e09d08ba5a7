/** The list that a run of scenarios ends in: each by its name, with what came of it. */
export interface Outcomes {
  /** Judges a scenario that was played (in so many milliseconds) or broke off, and notes the outcome. */
  of<T extends { readonly outcome: string }>(
    name: string,
    played: PromiseSettledResult<number> | undefined,
    judge: () => Promise<T>,
  ): Promise<PromiseSettledResult<T>>;
  /** Past jest's own console, which would put a stack beside every line. */
  print(): void;
}

export function outcomes(title: string): Outcomes {
  const lines: string[] = [];
  return {
    of: async (name, played, judge) => {
      if (played?.status !== 'fulfilled') {
        lines.push(`  ${name}: BROKE OFF`);
        return { status: 'rejected', reason: played?.reason ?? new Error('never played') };
      }
      const [judged] = await Promise.allSettled([judge()]);
      const outcome = judged.status === 'fulfilled' ? judged.value.outcome : 'NOT JUDGED';
      lines.push(`  ${name}: ${outcome} (${(played.value / 1000).toFixed(1)} s)`);
      return judged;
    },
    print: () => {
      process.stderr.write(`\n${title}\n${lines.join('\n')}\n\n`);
    },
  };
}
