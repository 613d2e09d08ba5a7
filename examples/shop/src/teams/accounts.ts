import { accountsFile, openAccounts } from '../stores/accounts.ts';
import { runTeam } from './run-team.ts';

/** The accounts team's process. */
await runTeam('accounts', 'deleted', ({ folder }) => openAccounts(accountsFile(folder)));
