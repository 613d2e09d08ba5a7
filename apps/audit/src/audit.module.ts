import { type DynamicModule, Module } from '@nestjs/common';
import type { ServiceHandle } from '@lethe/service';
import { CASE_ENTRIES, CaseEntriesController, type ShowCaseEntries } from './http/case-entries.controller.ts';
import { showCaseEntries } from './http/case-entries.ts';
import { LOG, LogController, type ShowLog } from './http/log.controller.ts';
import { showLog } from './http/log-view.ts';

@Module({})
export class AuditModule {
  static with({ store }: ServiceHandle): DynamicModule {
    const entries: ShowCaseEntries = (caseId, query) => showCaseEntries(store, caseId, query);
    const log: ShowLog = () => showLog(store);
    return {
      module: AuditModule,
      controllers: [CaseEntriesController, LogController],
      providers: [
        { provide: CASE_ENTRIES, useValue: entries },
        { provide: LOG, useValue: log },
      ],
    };
  }
}
