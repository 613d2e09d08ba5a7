/**
 * The notary's rules, as far as commitments: event -> factOf -> entryOf (what the log keeps) and its opening (what
 * makes it readable). Pure; formats in docs (C2SP, RFC 8785).
 */
export { canonicalJson, type Json } from './canonical-json.ts';
export { commitmentOf, saltBytes } from './commitment.ts';
export { entryOf, opens, type Opening } from './entry.ts';
export { factOf, type Audited, type Fact, type FactSource } from './fact.ts';
export { hearSequence, type HeardSequences, type SequenceStanding } from './sequence.ts';
