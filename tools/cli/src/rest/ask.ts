/** One question to a service by REST, and what its refusals mean for the person at the keyboard. */
import { z } from 'zod';
import { type AddressName, variableOf } from '../addresses.ts';
import { CommandError } from '../command-error.ts';
import { exitCodes } from '../exit-codes.ts';
import { printable } from '../terminal/printable.ts';

export type Service = Extract<AddressName, 'intake' | 'discovery' | 'erasure' | 'audit'>;

export interface Question {
  readonly service: Service;
  readonly base: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Makes it a POST. */
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  /** How a place in the body is called on the command line. */
  readonly placeOf?: (pointer: string) => string;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** Null for 304. */
  readonly body: unknown;
}

const ANSWER_MS = 15_000;
const MOST_FAULTS = 20;

const problem = z.object({
  type: z.string().startsWith('urn:lethe:problem:'),
  title: z.string(),
  errors: z
    .array(
      z.object({
        pointer: z.string().optional(),
        header: z.string().optional(),
        parameter: z.string().optional(),
        detail: z.string(),
      }),
    )
    .optional(),
});

/** @throws CommandError whatever is not 2xx or 304 */
export const ask = async (question: Question): Promise<Reply> => {
  const { service, base, path, headers = {}, body, signal } = question;
  const timeout = AbortSignal.timeout(ANSWER_MS);
  try {
    const response = await fetch(new URL(path, base.endsWith('/') ? base : `${base}/`), {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      // A body with identifiers goes to the address that was given and nowhere else.
      redirect: 'manual',
      signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
    });
    const text = await response.text();
    if (response.status === 304) return { status: 304, headers: response.headers, body: null };
    const parsed = jsonIn(text);
    if (!response.ok || parsed === undefined) throw refusal(question, response.status, parsed);
    return { status: response.status, headers: response.headers, body: parsed };
  } catch (error) {
    if (error instanceof CommandError || signal?.aborted === true) throw error;
    throw unreachable(service, base, timeout.aborted ? `no answer within ${ANSWER_MS / 1000} s` : codeOf(error));
  }
};

const unreachable = (service: Service, base: string, why: string): CommandError =>
  new CommandError(
    exitCodes.unreachable,
    `${service} does not answer at ${new URL(base).origin} (${why})`,
    `Start it (docker compose up --wait, or npm start), or say where it is: ${variableOf(service)}`,
  );

const refusal = ({ service, base, placeOf }: Question, status: number, body: unknown): CommandError => {
  const origin = new URL(base).origin;
  const told = problem.safeParse(body);
  if (!told.success) return notLethe(service, origin, status);
  const { type, title, errors = [] } = told.data;
  const lines = errors.slice(0, MOST_FAULTS).map(({ pointer, header, parameter, detail }) => {
    const place = pointer !== undefined ? (placeOf?.(pointer) ?? pointer) : (header ?? parameter ?? '');
    return `  ${printable(place === '' ? detail : `${place}: ${detail}`)}`;
  });
  if (errors.length > MOST_FAULTS) lines.push(`  and ${errors.length - MOST_FAULTS} more`);
  const code = type.slice('urn:lethe:problem:'.length);
  const message = [`${service} says ${status} ${printable(code)}: ${printable(title)}`, ...lines].join('\n');
  if (status === 404) {
    return new CommandError(
      exitCodes.found,
      message,
      `Check the id, and that ${variableOf(service)} is the right deployment`,
    );
  }
  if (status === 503) return new CommandError(exitCodes.unreachable, message);
  return new CommandError(exitCodes.refused, message);
};

const notLethe = (service: Service, origin: string, status: number): CommandError => {
  const check = `Check ${variableOf(service)}, and what stands between here and there`;
  if (status === 401 || status === 403) {
    return new CommandError(
      exitCodes.refused,
      `not enough rights: ${origin} answered ${status} in place of ${service}`,
      check,
    );
  }
  const code = status >= 502 && status <= 504 ? exitCodes.unreachable : exitCodes.refused;
  return new CommandError(code, `what answers at ${origin} (${status}) is not ${service}`, check);
};

const jsonIn = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // not Lethe: told by its status
  }
};

/** By shape, through the causes: fetch hides the reason one or two levels down. */
const codeOf = (error: unknown): string => {
  for (let at = error, depth = 0; typeof at === 'object' && at !== null && depth < 4; depth += 1) {
    const code: unknown = Reflect.get(at, 'code');
    if (typeof code === 'string' && /^[A-Z_]{3,40}$/.test(code)) return code;
    const errors: unknown = Reflect.get(at, 'errors');
    at = Array.isArray(errors) ? errors[0] : Reflect.get(at, 'cause');
  }
  return 'no connection';
};
