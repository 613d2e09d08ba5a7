export { startStack, runningStack } from './start-stack.ts';
export type { Stack, StackOptions } from './start-stack.ts';
export type { ServerName } from './server.ts';
export type { GivenAddresses } from './given.ts';
export { givenAddresses } from './given.ts';
export { defaultStateFolder } from './paths.ts';
export { StackError } from './stack-error.ts';
export type { StackErrorCode } from './stack-error.ts';
