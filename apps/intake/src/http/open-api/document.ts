/** OpenAPI 3.1 from the schemas that parse and type the requests and answers: there is no second shape to drift. */
import { z } from 'zod';
import { listQuery } from '../subject-requests/list-page.ts';
import { type BodyContext, requestBody } from '../subject-requests/request-body.ts';
import { acknowledgement, requestPage, requestView } from '../subject-requests/request-view.ts';

const problem = z
  .strictObject({
    type: z.string().describe('A stable code, as a URN.'),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    errors: z
      .array(
        z.strictObject({
          pointer: z.string().optional().describe('A JSON Pointer into the body.'),
          header: z.string().optional(),
          parameter: z.string().optional(),
          detail: z.string(),
        }),
      )
      .optional()
      .describe('Every fault, each at its place. What was sent is never repeated.'),
  })
  .describe('RFC 9457 problem details.');

const resource = '/v1/subject-requests';

export function openApiDocument(context: BodyContext): object {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Lethe intake',
      version: '1',
      description: 'The front door: who asks for a subject to be forgotten, on what ground, and by when.',
    },
    paths: {
      [resource]: {
        post: {
          operationId: 'createSubjectRequest',
          summary: 'Ask for a subject to be forgotten',
          parameters: [
            {
              name: 'Idempotency-Key',
              in: 'header',
              required: false,
              description: 'The same key with the same body is the same request, however often it is sent.',
              schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[\\x20-\\x7e]+$' },
            },
          ],
          requestBody: { required: true, content: json('SubjectRequestBody') },
          responses: {
            201: {
              description: 'Accepted.',
              headers: {
                Location: { description: 'The request.', schema: { type: 'string' } },
                'Idempotent-Replayed': {
                  description: 'true: it had been accepted before.',
                  schema: { type: 'string' },
                },
              },
              content: json('Acknowledgement'),
            },
            ...problems({
              400: 'Not JSON, or not such a request: every fault is listed.',
              413: 'Too large.',
              415: 'Not JSON by its content type.',
              422: 'Another request was accepted under this Idempotency-Key.',
              503: 'Not now; send it again with the same Idempotency-Key.',
            }),
          },
        },
        get: {
          operationId: 'listSubjectRequests',
          summary: 'The requests in the order of their receipt',
          parameters: queryParameters(),
          responses: {
            200: { description: 'A page.', content: json('SubjectRequestPage') },
            ...problems({ 400: 'Not such a query.' }),
          },
        },
      },
      [`${resource}/{id}`]: {
        get: {
          operationId: 'showSubjectRequest',
          summary: "A request: its state, its due date, each system's answer",
          parameters: [
            { name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } },
            { name: 'If-None-Match', in: 'header', required: false, schema: { type: 'string' } },
          ],
          responses: {
            200: {
              description: 'The request.',
              headers: { ETag: { description: 'Changes with every change.', schema: { type: 'string' } } },
              content: json('SubjectRequest'),
            },
            304: { description: 'Unchanged.' },
            ...problems({ 404: 'There is no such request.' }),
          },
        },
      },
    },
    components: {
      schemas: {
        SubjectRequestBody: shape(requestBody(context), 'input'),
        Acknowledgement: shape(acknowledgement, 'output'),
        SubjectRequest: shape(requestView, 'output'),
        SubjectRequestPage: shape(requestPage, 'output'),
        Problem: shape(problem, 'output'),
      },
    },
  };
}

function shape(schema: z.ZodType, io: 'input' | 'output'): object {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io });
  return rest;
}

function json(name: string, type = 'application/json'): object {
  return { [type]: { schema: { $ref: `#/components/schemas/${name}` } } };
}

function problems(described: Readonly<Record<number, string>>): object {
  return Object.fromEntries(
    Object.entries(described).map(([status, description]) => [
      status,
      { description, content: json('Problem', 'application/problem+json') },
    ]),
  );
}

function queryParameters(): readonly object[] {
  const { properties = {} } = z.toJSONSchema(listQuery, { io: 'input' });
  return Object.entries(properties).map(([name, schema]) => ({ name, in: 'query', required: false, schema }));
}
