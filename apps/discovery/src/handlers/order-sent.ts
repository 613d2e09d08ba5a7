/** The case begins to erase: the register learns the cut-off, and since when each system is at it. */
import type { Arrived } from '@lethe/service';
import { type RegisterEntry, withOrderSent } from '@lethe/subject-footprint';
import { type DiscoveryContext, inBulk } from '../handler-context.ts';
import { erasureRegister } from '../store/erasure-register.ts';

export const orderSent = inBulk('OrderSent', {
  read: (arrived: Arrived<DiscoveryContext, 'OrderSent'>, reader): Promise<readonly RegisterEntry[]> =>
    erasureRegister.ofRequests(reader, [...new Set(arrived.map(({ event }) => event.requestId))]),
  decide: (arrived, entries) => ({
    writes: entries.map((entry) =>
      erasureRegister.put(
        arrived
          .filter(({ event }) => event.requestId === entry.requestId)
          .reduce((known, { event }) => withOrderSent(known, event), entry),
      ),
    ),
  }),
});
