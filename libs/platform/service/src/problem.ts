/** Errors over HTTP: RFC 9457 problem details that list every fault, and never repeat what was sent. */
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import { isPassing } from '@lethe/store';
import type { z } from 'zod';
import type { Logger } from './logger.ts';

/** One thing that is wrong, and where: a JSON Pointer into the body, or a header or parameter. */
export interface Fault {
  readonly pointer?: string;
  readonly header?: string;
  readonly parameter?: string;
  readonly detail: string;
}

export interface Problem {
  readonly status: number;
  /** A stable code; the problem type's last part. */
  readonly code: string;
  readonly title: string;
  readonly detail?: string;
  readonly errors?: readonly Fault[];
}

export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.title);
    this.problem = problem;
  }
}

/**
 * Parses or answers with every fault of the body at its place.
 * @param also faults found beside the body, in headers for example: one answer lists them all
 */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown, also: readonly Fault[] = []): T {
  const parsed = schema.safeParse(body, { error: inOurWords });
  if (parsed.success && also.length === 0) return parsed.data;
  throw new ProblemError({
    status: 400,
    code: 'invalid-body',
    title: 'The request is not what this resource takes',
    errors: [...also, ...(parsed.success ? [] : parsed.error.issues.map(faultOf))],
  });
}

/** As parseBody, for the parameters of a query. */
export function parseQuery<T>(schema: z.ZodType<T>, query: unknown): T {
  const parsed = schema.safeParse(query, { error: inOurWords });
  if (parsed.success) return parsed.data;
  throw new ProblemError({
    status: 400,
    code: 'invalid-query',
    title: 'The query is not what this resource takes',
    errors: parsed.error.issues.map((issue) => {
      const { detail } = faultOf(issue);
      const parameter = issue.path[0];
      return parameter === undefined ? { detail } : { parameter: String(parameter), detail };
    }),
  });
}

/** Where zod speaks of what JavaScript received. */
const inOurWords: z.core.$ZodErrorMap = ({ input }) => (input === undefined ? 'is missing' : undefined);

function faultOf(issue: z.core.$ZodIssue): Fault {
  const at = pointer(issue.path);
  // The name of an unknown field is whatever was sent: only say where it stands.
  if (issue.code === 'unrecognized_keys') {
    return { pointer: at, detail: `has ${issue.keys.length} field(s) that are not known here` };
  }
  return { pointer: at, detail: issue.message };
}

function pointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

interface Reply {
  headersSent: boolean;
  status(code: number): Reply;
  setHeader(name: string, value: string): void;
  send(body: string): void;
}

@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #logger: Logger;
  constructor(logger: Logger) {
    this.#logger = logger;
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<Reply>();
    const problem = this.#problemOf(error);
    if (reply.headersSent) return;
    reply.status(problem.status);
    reply.setHeader('content-type', 'application/problem+json');
    if (problem.status === 503) reply.setHeader('retry-after', '1');
    const { code, ...rest } = problem;
    reply.send(JSON.stringify({ type: `urn:lethe:problem:${code}`, ...rest }));
  }

  #problemOf(error: unknown): Problem {
    if (error instanceof ProblemError) return error.problem;
    const known = bodyProblem(error);
    if (known !== null) return known;
    if (error instanceof HttpException) {
      const status = error.getStatus();
      return status === 404
        ? { status, code: 'not-found', title: 'There is no such resource' }
        : { status, code: `http-${status}`, title: 'The request cannot be answered' };
    }
    if (isPassing(error)) {
      this.#logger.warn({ error }, 'a request could not be answered now');
      return {
        status: 503,
        code: 'try-again',
        title: 'Not now; whether it was done is not known: repeat it under the same Idempotency-Key',
      };
    }
    this.#logger.error({ error }, 'a request failed');
    return { status: 500, code: 'internal', title: 'Something is wrong here, not with the request' };
  }
}

/** What Express's body parser says, without the snippet that it quotes. */
function bodyProblem(error: unknown): Problem | null {
  const type = error instanceof HttpException ? typeOf(error.cause) : typeOf(error);
  switch (type) {
    case 'entity.parse.failed':
      return { status: 400, code: 'not-json', title: 'The body is not JSON' };
    case 'entity.too.large':
      return { status: 413, code: 'too-large', title: 'The body is larger than this resource takes' };
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return { status: 415, code: 'unsupported-encoding', title: 'The body must be JSON in UTF-8' };
    case 'request.aborted':
    case 'request.size.invalid':
      return { status: 400, code: 'broken-body', title: 'The body did not arrive whole' };
    case null:
    default:
      return error instanceof HttpException && error.getStatus() === 400
        ? { status: 400, code: 'bad-request', title: 'The request cannot be read' }
        : null;
  }
}

function typeOf(error: unknown): string | null {
  return typeof error === 'object' && error !== null && 'type' in error ? String(error.type) : null;
}
