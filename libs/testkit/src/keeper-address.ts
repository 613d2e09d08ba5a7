/** By this variable jest's workers find the process that keeps the run's servers. */
export const KEEPER_VARIABLE = 'LETHE_TESTKIT_KEEPER';
