/** At most so many inside; the others by turns. Nobody enters any more once it is closed. */
export interface Turnstile {
  /** False: it is closed. */
  enter(): Promise<boolean>;
  leave(): void;
}

export function turnstile(most: number, closed: AbortSignal): Turnstile {
  let inside = 0;
  const waiting: ((enters: boolean) => void)[] = [];
  closed.addEventListener('abort', () => {
    for (const answer of waiting.splice(0)) answer(false);
  });
  return {
    enter() {
      if (closed.aborted) return Promise.resolve(false);
      if (inside >= most) return new Promise((resolve) => waiting.push(resolve));
      inside += 1;
      return Promise.resolve(true);
    },
    leave() {
      const next = waiting.shift();
      if (next === undefined) inside -= 1;
      else next(true);
    },
  };
}
