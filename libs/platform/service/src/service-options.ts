/** What a service's main hands over: its table, its pure context, its keys as functions, its HTTP module. */
import type { DynamicModule, Type } from '@nestjs/common';
import type { PlatformSettings } from './config.ts';
import type { RecordsKind } from './handlers.ts';
import type { Task } from './hearing.ts';
import type { Metric } from './metrics/declare.ts';
import type { OpenIdentity } from './outgoing.ts';
import type { ServiceHandle } from './service-handle.ts';
import type { Topology } from './topology.ts';

export interface ServiceOptions {
  readonly settings: PlatformSettings;
  readonly topology: Topology;
  /** The systems of the catalog: one topic each where a table says `*`. */
  readonly systems: readonly string[];
  /** What handlers are given beside event and place. */
  readonly context: object;
  /** Seals the raw bytes of a dead letter. */
  readonly seal: (raw: Buffer) => Buffer;
  /** Opens a box where the table says `sealedFor`. */
  readonly open?: OpenIdentity;
  /** All records of the service, also those that no message names. */
  readonly records?: readonly { readonly kind: RecordsKind }[];
  /** Further collections, and indexes of them. */
  readonly collections?: readonly string[];
  readonly indexes?: readonly { readonly collection: string; readonly keys: Readonly<Record<string, 1 | -1>> }[];
  /** Its HTTP resources, given what they may use. */
  readonly module: (service: ServiceHandle) => DynamicModule | Type;
  readonly tasks?: (service: ServiceHandle) => readonly Task[];
  /** Its own metrics beside the platform's; docs/metrics.md is made from them. */
  readonly metrics?: readonly Metric[];
  /** Said once at the start, e.g. that development keys are in use. */
  readonly notices?: readonly string[];
}
