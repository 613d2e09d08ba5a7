import { type DynamicModule, Module } from '@nestjs/common';
import type { ServiceHandle } from '@lethe/service';
import { openApiDocument } from './http/open-api/document.ts';
import { OPEN_API, OpenApiController } from './http/open-api/open-api.controller.ts';
import type { AcceptanceContext } from './http/subject-requests/accept-request.ts';
import { SUBJECT_REQUESTS, SubjectRequestsController } from './http/subject-requests/subject-requests.controller.ts';
import { subjectRequestsOf } from './http/subject-requests/subject-requests.ts';

@Module({})
export class IntakeModule {
  static with(service: ServiceHandle, context: Omit<AcceptanceContext, 'service'>): DynamicModule {
    return {
      module: IntakeModule,
      controllers: [SubjectRequestsController, OpenApiController],
      providers: [
        { provide: SUBJECT_REQUESTS, useValue: subjectRequestsOf({ service, ...context }) },
        { provide: OPEN_API, useValue: openApiDocument({ ...context, now: () => new Date() }) },
      ],
    };
  }
}
