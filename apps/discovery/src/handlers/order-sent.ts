/**
 * The case begins to erase: the register learns the cut-off, and since when each system is at it. So does the location,
 * for the refs that are found later, and for a request that is heard of later: topics have no order among them.
 */
import type { Arrived } from '@lethe/service';
import { heardOrder, type RegisterEntry } from '@lethe/subject-footprint';
import { type DiscoveryContext, inBulk } from '../handler-context.ts';
import { erasureRegister } from '../store/erasure-register.ts';
import { locations } from '../store/locations.ts';

export const orderSent = inBulk('OrderSent', {
  read: (arrived: Arrived<DiscoveryContext, 'OrderSent'>, reader): Promise<readonly RegisterEntry[]> =>
    erasureRegister.ofRequests(reader, [...new Set(arrived.map(({ event }) => event.requestId))]),
  decide: (arrived, entries) => ({
    writes: entries.flatMap((entry) => {
      const orders = arrived.filter(({ event }) => event.requestId === entry.requestId);
      const heard = orders.reduce((known, { event }) => heardOrder(known, event), entry);
      return heard === entry ? [] : [erasureRegister.put(heard)];
    }),
    commands: arrived.map(({ event: { requestId, system, sentAt, eraseThrough } }) =>
      locations.command(requestId, { type: 'NoteOrderSent', system, sentAt, eraseThrough }),
    ),
  }),
});
