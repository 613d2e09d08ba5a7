/** Opens a box for an order, and tells a key that is on its way from a box that will never open. */
import { RetryableError, TerminalError } from '@lethe/bus';
import type { Identity, SealedIdentity } from '@lethe/contracts';
import { type Sealer, SealingError } from '@lethe/identity';

export function openBox(sealer: Pick<Sealer, 'open'>): (controller: string, identity: SealedIdentity) => Identity {
  return (controller, identity) => {
    try {
      return { type: identity.type, value: sealer.open(controller, identity) };
    } catch (error) {
      if (!(error instanceof SealingError)) throw error;
      // During a rotation another service may know the new key first: wait for it here, with this partition alone.
      if (error.code === 'unknown_key') throw new RetryableError(error.code, error.message);
      throw new TerminalError(error.code, error.message);
    }
  };
}
