import { randomBytes } from 'node:crypto';

/** A prefix that no other test has: topics, groups and databases that start with it are this test's own on shared servers. */
export const namespace = (): string => `t${randomBytes(6).toString('hex')}`;
