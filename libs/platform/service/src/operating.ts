/** For an operator's tools, by `@lethe/service/operating`: what they share with a running service, without Nest. */
export { adoptFences, adoptRelay, type Adoption, type FenceMove } from './adopt.ts';
export { TRUNCATED_FROM } from './dead-letters.ts';
export { withFiles } from './environment.ts';
export { fences, fenceId, judgeFence, judgePosition, type FenceDocument } from './offset-fence.ts';
export { outboxDepth, type OutboxDepth } from './outbox.ts';
export { directRecord } from './outgoing.ts';
export { publishSchemasOf, type SchemaPublisher } from './publish-schemas.ts';
export { judgeRelay, readRelay, type RelayDocument, type RelayJudgement } from './relay-document.ts';
