import { openReturns, returnsFile } from '../stores/returns.ts';
import { runTeam } from './run-team.ts';

/** The returns team's process. */
await runTeam('returns', 'deleted', ({ folder }) => openReturns(returnsFile(folder)));
