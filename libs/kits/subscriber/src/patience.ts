/** Waiting that ends early when the process has to end. */

/** Resolves after so many milliseconds with true, or as soon as the signal is aborted with false. */
export function waited(ms: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const end = (whole: boolean): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', cut);
      resolve(whole);
    };
    const cut = (): void => end(false);
    const timer = setTimeout(() => end(true), ms);
    signal.addEventListener('abort', cut);
  });
}

/** The work or the end of the time, whichever comes first; true when it was the work. */
export async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, ms, false);
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
