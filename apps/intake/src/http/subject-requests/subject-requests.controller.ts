import { Body, Controller, Get, Headers, Inject, Param, Post, Query, Res } from '@nestjs/common';
import type { SubjectRequests } from './subject-requests.ts';

export const SUBJECT_REQUESTS = Symbol('subject requests');

interface Reply {
  status(code: number): void;
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
    const answer = reply as Reply;
    answer.setHeader('location', `/v1/subject-requests/${acknowledgement.id}`);
    if (replayed) answer.setHeader('idempotent-replayed', 'true');
    return acknowledgement;
  }

  @Get()
  list(@Query() query: unknown) {
    return this.#requests.list(query);
  }

  @Get(':id')
  async show(
    @Param('id') id: string,
    @Headers('if-none-match') known: string | undefined,
    @Res({ passthrough: true }) reply: unknown,
  ) {
    const { view, etag } = await this.#requests.show(id);
    const answer = reply as Reply;
    answer.setHeader('etag', etag);
    // Not left to Express: it answers a client that says `no-cache` in full, and Node's fetch says so by itself.
    if (!isKnown(etag, known)) return view;
    answer.status(304);
    return undefined;
  }
}

/** Whether If-None-Match names this version (RFC 9110 §13.1.2; compared weakly). */
function isKnown(etag: string, header: string | undefined): boolean {
  const named = (header ?? '').split(',').map((each) => each.trim().replace(/^W\//, ''));
  return named.includes(etag) || named.includes('*');
}
