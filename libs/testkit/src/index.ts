export { testStack, ownStack } from './test-stack.ts';
export type { TestStack } from './test-stack.ts';
export { namespace } from './namespace.ts';
export { HopelessError, waitFor } from './wait-for.ts';
export type { WaitOptions } from './wait-for.ts';
export { serviceProcess, endServiceProcesses } from './service-process.ts';
export type { Exit, ServiceProcess, ServiceProcessOptions } from './service-process.ts';
