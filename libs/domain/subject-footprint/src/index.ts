/**
 * The memory of where: what an observation adds, who belongs together, and when a location is complete. Pure.
 *
 * observe -> links and footprints; startWalk/step -> a subject; subjectLocation -> SubjectLocated, behind the barrier.
 */
export {
  hear,
  needOf,
  type Barrier,
  type BarrierFact,
  type BarrierNeed,
  type LogEnd,
  type Position,
  type TopicIdentity,
} from './barrier.ts';
export { identifierOf, namesOf, pairsOf, type NamedIdentity, type SameName } from './alias.ts';
export { dayOf } from './day.ts';
export {
  heardOrder,
  linksUnregistered,
  mergeEntries,
  notErasing,
  registerEntries,
  registeredNames,
  renamedEntry,
  standingOf,
  type Erasing,
  type Order,
  type RegisterEntry,
  type Standing,
} from './erasure-register.ts';
export { footprintOf, footprintsOfSubject, mergeFootprints, type RefFootprint } from './footprint.ts';
export { foundFrom, mergeFound, identifiersToRegister, type Found } from './found.ts';
export { aliasOf, linkId, linkOf, mergeLinks, type Link } from './link.ts';
export {
  barrierNeed,
  isOpen,
  isToBegin,
  subjectLocation,
  type BeginLocation,
  type EndLocation,
  type HearBarrier,
  type LocationCommand,
  type LocationEvent,
  type LocationNote,
  type LocationState,
  type NoteGrowth,
  type NoteOrderSent,
  type WalkAgain,
} from './location.ts';
export { mergeObserved, observe, type AliasesOf, type KnownIdentity, type Observed } from './observation.ts';
export { longestWalk, startWalk, step, type Walk } from './subject.ts';
