import { Controller, Get, Inject, Param, Query } from '@nestjs/common';

export const CASE_ENTRIES = Symbol('case entries');

export type ShowCaseEntries = (caseId: string, query: unknown) => Promise<object>;

@Controller('v1/cases')
export class CaseEntriesController {
  readonly #show: ShowCaseEntries;
  constructor(@Inject(CASE_ENTRIES) show: unknown) {
    this.#show = show as ShowCaseEntries;
  }

  @Get(':id/entries')
  entries(@Param('id') id: string, @Query() query: unknown) {
    return this.#show(id, query);
  }
}
