/** How a service keeps what it knows: one database, versioned records, one transaction at a time. */
export { writeInBulk } from './bulk.ts';
export { connectStore, type Store } from './connect.ts';
export { claimDue, indexDue, type Due } from './due.ts';
export { isDuplicateKey, isPassing, isTooMuch, StoreError, type StoreErrorCode } from './errors.ts';
export { loadRecords, writeRecords, type RecordChange, type RecordDocument } from './records.ts';
export { transact, type TransactionOptions } from './transaction.ts';
