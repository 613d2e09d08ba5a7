/** Where a team's answer enters: from here on it is bounded, holds no free text, and no clock but the broker's runs ahead. */
import { citationOrWithheld, codeOrWithheld, type EventOf, mostAnswerValues } from '@lethe/contracts';
import type { RecordAnswer } from './commands.ts';
import { parseOrderId } from './order-id.ts';

/** Why an answer becomes a dead letter: it concerns no case at all, or says more than a case can keep. */
export type AnswerFault =
  'order_id_malformed' | 'order_of_another_request' | 'order_of_another_system' | 'too_many_values';

/** A broker's clock may lag the one that set the cut-off; an honest `erasedThrough` must not fall before it by that. */
const clockSkewMs = 60_000;
/** A clock that was never set shows a time before this one. */
const earliestAnswer = Date.parse('2000-01-01T00:00:00Z');

export type Heard =
  | { readonly kind: 'command'; readonly command: RecordAnswer }
  | { readonly kind: 'refused'; readonly fault: AnswerFault };

/** Where an answer was read: its topic's system is who says it, and the broker's append time is when. */
export interface AnswerPlace {
  readonly system: string;
  readonly appendedAt: Date;
}

/**
 * What a case may hear of an answer. Texts that are no codes become `withheld`; times after the append time become it.
 */
export function hearAnswer(answer: EventOf<'ErasureAnswered'>, { system, appendedAt }: AnswerPlace): Heard {
  const fault = answerFault(answer, system);
  if (fault !== null) return { kind: 'refused', fault };
  const { orderId, requestId, outcome, count, method, until, answeredAt, erasedThrough } = answer;
  const command: RecordAnswer = {
    type: 'RecordAnswer',
    system,
    orderId,
    requestId,
    outcome,
    count,
    method,
    until,
    fieldsKept: answer.fieldsKept.map(codeOrWithheld),
    legalBasis: textOrNull(answer.legalBasis, citationOrWithheld),
    subProcessorsTold: answer.subProcessorsTold.map(codeOrWithheld),
    reason: textOrNull(answer.reason, codeOrWithheld),
    erasedThrough: notAfter(erasedThrough, new Date(appendedAt.getTime() + clockSkewMs)),
    answeredAt: answeredAt.getTime() < earliestAnswer ? appendedAt : notAfter(answeredAt, appendedAt),
  };
  return { kind: 'command', command };
}

/** What is wrong with an answer from this system's topic, or null. The topic is the system's identity, not the payload. */
export function answerFault(
  answer: Pick<EventOf<'ErasureAnswered'>, 'orderId' | 'requestId' | 'fieldsKept' | 'subProcessorsTold'>,
  system: string,
): AnswerFault | null {
  const named = parseOrderId(answer.orderId);
  if (named === null) return 'order_id_malformed';
  if (named.caseId !== answer.requestId) return 'order_of_another_request';
  if (named.system !== system) return 'order_of_another_system';
  return Math.max(answer.fieldsKept.length, answer.subProcessorsTold.length) > mostAnswerValues
    ? 'too_many_values'
    : null;
}

/** An empty text says nothing, and so is no reason. */
function textOrNull(text: string | null, look: (text: string) => string): string | null {
  return text === null || text.trim() === '' ? null : look(text);
}

function notAfter(time: Date, latest: Date): Date {
  return time > latest ? latest : time;
}
