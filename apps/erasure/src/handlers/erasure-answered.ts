import { TerminalError } from '@lethe/bus';
import { answerFault } from '@lethe/erasure-case';
import type { ErasureCases } from '../store/erasure-cases.ts';

/** A team answered an order. Repeated, late and contradictory answers are the case's to judge, not ours. */
export const erasureAnswered = (cases: ErasureCases) =>
  cases.on('ErasureAnswered', (answer, { topic }) => {
    const system = topic.system ?? '';
    const fault = answerFault(answer, system);
    if (fault !== null) throw new TerminalError(fault, 'the answer names an order that is not its own');
    return { record: answer.requestId, command: { type: 'RecordAnswer', ...answer, system } };
  });
