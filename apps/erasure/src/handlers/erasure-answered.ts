import { TerminalError } from '@lethe/bus';
import { type AnswerFault, hearAnswer } from '@lethe/erasure-case';
import type { ErasureCases } from '../store/erasure-cases.ts';

/** A team answered an order. Repeated, late and contradictory answers are the case's to judge, not ours. */
export const erasureAnswered = (cases: ErasureCases) =>
  cases.on('ErasureAnswered', (answer, { topic, appendedAt }) => {
    const heard = hearAnswer(answer, { system: topic.system ?? '', appendedAt });
    if (heard.kind === 'refused') throw new TerminalError(heard.fault, whyRefused[heard.fault]);
    return { record: heard.command.requestId, command: heard.command };
  });

const whyRefused: Readonly<Record<AnswerFault, string>> = {
  order_id_malformed: 'the answer names no order: an order id is <case>:<system>:<round>, a case id is a UUID',
  order_of_another_request: 'the answer names an order of another request than its own',
  order_of_another_system: 'the answer names an order of another system than its topic',
  too_many_values: 'the answer lists more fields or sub-processors than a case keeps',
};
