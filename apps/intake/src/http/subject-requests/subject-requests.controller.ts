import { Body, Controller, Get, Headers, Inject, Param, Post, Query, Res } from '@nestjs/common';
import type { SubjectRequests } from './subject-requests.ts';

export const SUBJECT_REQUESTS = Symbol('subject requests');

interface Reply {
  setHeader(name: string, value: string): void;
}

@Controller('v1/subject-requests')
export class SubjectRequestsController {
  readonly #requests: SubjectRequests;
  constructor(@Inject(SUBJECT_REQUESTS) requests: unknown) {
    this.#requests = requests as SubjectRequests;
  }

  @Post()
  async accept(
    @Headers('content-type') contentType: string | undefined,
    @Headers('idempotency-key') idempotencyKey: string | undefined,
    @Body() body: unknown,
    @Res({ passthrough: true }) reply: unknown,
  ) {
    const { acknowledgement, replayed } = await this.#requests.accept({ contentType, idempotencyKey, body });
    const { setHeader } = headersOf(reply);
    setHeader('location', `/v1/subject-requests/${acknowledgement.id}`);
    if (replayed) setHeader('idempotent-replayed', 'true');
    return acknowledgement;
  }

  @Get()
  list(@Query() query: unknown) {
    return this.#requests.list(query);
  }

  @Get(':id')
  async show(@Param('id') id: string, @Res({ passthrough: true }) reply: unknown) {
    const { view, etag } = await this.#requests.show(id);
    headersOf(reply).setHeader('etag', etag);
    return view;
  }
}

function headersOf(reply: unknown): Reply {
  const express = reply as Reply;
  return { setHeader: (name, value) => express.setHeader(name, value) };
}
