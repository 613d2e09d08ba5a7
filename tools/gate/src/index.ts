/** The gate has commands, not an API: see check.ts, test.ts, drift.ts, file-map.ts and topology.ts. */
export {};
