/** A write as data. */
import type { AnyBulkWriteOperation } from 'mongodb';

/** One write as data. Rules that handle events in bulk return these; their store rooms build them. */
export interface BulkWrite {
  readonly collection: string;
  readonly operation: AnyBulkWriteOperation;
}
