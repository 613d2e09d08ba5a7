import { type DynamicModule, Module } from '@nestjs/common';
import type { ServiceHandle } from '@lethe/service';
import { CASES, CasesController, type ReadCase } from './http/cases.controller.ts';
import type { ErasureCases } from './store/erasure-cases.ts';
import { readCase } from './store/read-case.ts';

@Module({})
export class ErasureModule {
  static with(service: ServiceHandle, cases: ErasureCases): DynamicModule {
    const read: ReadCase = (id) => readCase(service.store, cases, id);
    return { module: ErasureModule, controllers: [CasesController], providers: [{ provide: CASES, useValue: read }] };
  }
}
