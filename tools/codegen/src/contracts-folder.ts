import { join } from 'node:path';

/** libs/contracts, from src as well as from dist. */
export const contractsFolder = join(import.meta.dirname, '../../../libs/contracts');
