/** What of a foreign error may be told: its message may quote what it failed on. */

const word = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/;

/** Its name and its code, when they are words. */
export function errorFields(error: unknown): { readonly error: string; readonly code?: string } {
  if (!(error instanceof Error)) return { error: typeof error };
  const code: unknown = Reflect.get(error, 'code');
  const name = word.test(error.name) ? error.name : 'Error';
  return typeof code === 'string' && word.test(code) ? { error: name, code } : { error: name };
}
