/** What a team of the shop has to say for itself: its system, what erasing means there, and its store. */
import { erased, type ErasureMethod, type Ledger, type Team } from '@lethe/subscriber';
import type { System } from '../data/systems.ts';
import type { TeamStore } from '../stores/shop-store.ts';

/** The store writes the ledger's entry in the transaction of the erasure, so it is the ledger as well. */
export const teamOf = (
  system: System,
  method: ErasureMethod,
  store: TeamStore,
): Team & { readonly ledger: Ledger } => ({
  system,
  ledger: { find: (orderId) => store.answered(orderId) },
  erase: (order, { record }) => store.erase(order, (rows, standing) => record(erased(rows, method), standing)),
});
