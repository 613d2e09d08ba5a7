/** The places where a test ends the process, in the order in which an order comes by. */
import { failpoint } from '@lethe/failpoint';

export const beforeErase = failpoint('subscriber.before-erase');
export const afterErase = failpoint('subscriber.after-erase');
export const afterLedger = failpoint('subscriber.after-ledger');
export const afterSend = failpoint('subscriber.after-send');
