import { describe, expect, it } from '@jest/globals';
import { givenIntake } from '../../intake.given.ts';
import { openApiDocument } from './document.ts';

const document = openApiDocument({ ...givenIntake(), now: () => new Date() });

/** Every object in it, however deep. */
function* parts(value: unknown): Generator<Readonly<Record<string, unknown>>> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield value as Readonly<Record<string, unknown>>;
  for (const part of Object.values(value)) yield* parts(part);
}

describe('/openapi.json', () => {
  it('is OpenAPI 3.1 and names each resource', () => {
    expect(document).toMatchObject({ openapi: '3.1.0' });
    expect(Object.keys((document as { paths: object }).paths)).toEqual([
      '/v1/subject-requests',
      '/v1/subject-requests/{id}',
    ]);
  });

  it('refers only to schemas that it holds', () => {
    const { schemas } = (document as { components: { schemas: object } }).components;
    const refs = [...parts(document)].flatMap(({ $ref }) => (typeof $ref === 'string' ? [$ref] : []));
    const held = Object.keys(schemas).map((name) => `#/components/schemas/${name}`);
    expect(refs.filter((ref) => !held.includes(ref))).toEqual([]);
    expect(held.filter((schema) => !refs.includes(schema))).toEqual([]);
  });

  it('says of the body what the parser checks', () => {
    expect(document).toMatchObject({
      components: {
        schemas: {
          SubjectRequestBody: {
            additionalProperties: false,
            required: ['controller', 'type', 'requester', 'ground', 'scope', 'identities'],
            properties: { identities: { minItems: 1, maxItems: 50 }, type: { const: 'erasure' } },
          },
          Acknowledgement: { required: ['id', 'state', 'receivedAt', 'respondBy'] },
        },
      },
    });
  });
});
