import { Controller, Get, Inject } from '@nestjs/common';

export const LOG = Symbol('log');

export type ShowLog = () => Promise<object>;

@Controller('v1/log')
export class LogController {
  readonly #show: ShowLog;
  constructor(@Inject(LOG) show: unknown) {
    this.#show = show as ShowLog;
  }

  @Get()
  log() {
    return this.#show();
  }
}
