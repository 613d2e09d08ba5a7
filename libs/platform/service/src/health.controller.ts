/** `/health/live`, `/health/ready`, `/health/startup`, `/metrics`. */
import { Controller, Get, Inject, Res } from '@nestjs/common';
import { type Health, type HealthFacts, liveness, readiness, startup } from './health.ts';

export const SERVICE_STATE = Symbol('service state');

export interface ServiceState {
  facts(): HealthFacts;
  metricsText(): Promise<string>;
}

interface Reply {
  status(code: number): Reply;
  setHeader(name: string, value: string): void;
  send(body: string): void;
}

@Controller()
export class HealthController {
  readonly #state: ServiceState;
  constructor(@Inject(SERVICE_STATE) state: unknown) {
    this.#state = state as ServiceState;
  }

  @Get('health/live')
  live(@Res() reply: unknown): void {
    answer(reply as Reply, liveness(this.#state.facts()));
  }

  @Get('health/ready')
  ready(@Res() reply: unknown): void {
    answer(reply as Reply, readiness(this.#state.facts()));
  }

  @Get('health/startup')
  startup(@Res() reply: unknown): void {
    answer(reply as Reply, startup(this.#state.facts()));
  }

  @Get('metrics')
  async metrics(@Res() reply: unknown): Promise<void> {
    const out = reply as Reply;
    out.setHeader('content-type', 'text/plain; version=0.0.4; charset=utf-8');
    out.send(await this.#state.metricsText());
  }
}

function answer(reply: Reply, health: Health): void {
  reply.status(health.ok ? 200 : 503);
  reply.setHeader('content-type', 'application/json');
  reply.send(JSON.stringify(health));
}
