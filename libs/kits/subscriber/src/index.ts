/** What a downstream team installs: hear an erasure order, erase, answer. Begin with `runSubscriber`. */
export type { ErasureMethod, ErasureOrdered, Identity } from '@lethe/contracts';
export { AnswerError, type AnswerFault, type Done, erased, type Extras } from './done.ts';
export { fileLedger } from './file-ledger.ts';
export { type FinalAnswer, type Ledger, type LedgerEntry, type Run } from './ledger.ts';
export { entryOf, entryText, LedgerError } from './ledger-text.ts';
export { type NoOrder } from './order-in.ts';
export { runSubscriber } from './run-subscriber.ts';
export { subscribe } from './subscribe.ts';
export { type Subscriber, type SubscriberOptions, type SubscriberStatus } from './subscriber-options.ts';
export { type EraseContext, type Team } from './team.ts';
export { valuesOf } from './values-of.ts';
