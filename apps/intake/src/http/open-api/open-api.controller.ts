import { Controller, Get, Inject } from '@nestjs/common';

export const OPEN_API = Symbol('OpenAPI document');

@Controller('openapi.json')
export class OpenApiController {
  readonly #document: object;
  constructor(@Inject(OPEN_API) document: object) {
    this.#document = document;
  }

  @Get()
  show(): object {
    return this.#document;
  }
}
