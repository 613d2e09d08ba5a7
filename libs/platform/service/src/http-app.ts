/** The HTTP side of a service: its own resources, health, metrics, and errors as problem details. */
import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { HealthController, SERVICE_STATE } from './health.controller.ts';
import { observeHttp } from './http-observed.ts';
import type { Logger } from './logger.ts';
import { ProblemFilter } from './problem.ts';
import type { ServiceRuntime } from './runtime.ts';
import type { Watch } from './watch.ts';

const LARGEST_BODY = '64kb';

@Module({})
class ServiceModule {}

export async function createApp(
  module: DynamicModule | Type,
  watch: Watch,
  runtime: Pick<ServiceRuntime, 'metrics' | 'tracing'>,
  logger: Logger,
): Promise<NestExpressApplication> {
  const state = { facts: () => watch.facts(), metricsText: () => runtime.metrics.text() };
  const app = await NestFactory.create<NestExpressApplication>(
    {
      module: ServiceModule,
      imports: [module],
      controllers: [HealthController],
      providers: [{ provide: SERVICE_STATE, useValue: state }],
    },
    { bodyParser: false, logger: false, abortOnError: false },
  );
  // Before the body is parsed: one that cannot be is an answer, too.
  app.use(observeHttp(runtime));
  app.useBodyParser('json', { limit: LARGEST_BODY, strict: true, type: ['application/json', 'application/*+json'] });
  app.useGlobalFilters(new ProblemFilter(logger));
  app.disable('x-powered-by');

  return app;
}
