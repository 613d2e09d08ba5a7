/** The sales team: keeps its lines, removes the customer. */
import { openSales } from '../stores/sales.ts';
import { runTeam } from './run-team.ts';

/** The sales team's process: lines stay, customers go. */
await runTeam('sales', 'anonymised', ({ mongodbUrl, prefix }) => openSales(mongodbUrl, prefix));
