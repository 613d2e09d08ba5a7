import { Controller, Get, Inject, Param } from '@nestjs/common';
import { ProblemError } from '@lethe/service';
import { caseView } from './case-view.ts';

export const CASES = Symbol('cases');

/** Reads a case by its id. */
export type ReadCase = (id: string) => Promise<Parameters<typeof caseView>[1] | null>;

@Controller('v1/cases')
export class CasesController {
  readonly #read: ReadCase;
  constructor(@Inject(CASES) read: unknown) {
    this.#read = read as ReadCase;
  }

  @Get(':id')
  async show(@Param('id') id: string) {
    const state = await this.#read(id);
    if (state === null) throw new ProblemError({ status: 404, code: 'not-found', title: 'There is no such case' });
    return caseView(id, state);
  }
}
