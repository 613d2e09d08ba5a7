import type { AvroType } from './avro.ts';
import { isExactLong } from './varint.ts';

/**
 * What a value must not hold although avsc would write it: an enum symbol of other readers' making (`unspecified`),
 * a name inherited from Object, a text with half a surrogate pair or a long beyond 2^52 (either would arrive as another).
 * Finds the path of the first such field, or undefined.
 */
export type Find = (value: unknown) => string | undefined;

/** The little that we look at in avsc's compiled types. */
interface Shape {
  readonly typeName: string;
  readonly fields?: readonly { readonly name: string; readonly type: AvroType }[];
  readonly symbols?: readonly string[];
  readonly itemsType?: AvroType;
  readonly types?: readonly AvroType[];
}

/** Undefined where nothing in the type needs a look. */
export function findUnsendable(type: AvroType): Find | undefined {
  const shape = type as AvroType & Shape;
  switch (shape.typeName) {
    case 'string':
      return (value) => (typeof value === 'string' && !value.isWellFormed() ? '' : undefined);
    case 'long':
      return (value) => (typeof value === 'number' && !isExactLong(value) ? '' : undefined);
    case 'enum': {
      const symbols = new Set<unknown>(shape.symbols?.filter((symbol) => symbol !== 'unspecified'));
      return (value) => (symbols.has(value) ? undefined : '');
    }
    case 'array': {
      const find = shape.itemsType && findUnsendable(shape.itemsType);
      return find && ((value) => inItems(find, value));
    }
    case 'record': {
      const finds = (shape.fields ?? []).flatMap(({ name, type: fieldType }) => {
        const find = findUnsendable(fieldType);
        return find === undefined ? [] : [{ name, find }];
      });
      return finds.length === 0 ? undefined : (value) => inFields(finds, value);
    }
    case 'union:unwrapped': {
      // [null, X]: the contracts have no other unions.
      const find = shape.types?.map(findUnsendable).find((branch) => branch !== undefined);
      return find && ((value) => (value === null || value === undefined ? undefined : find(value)));
    }
    default:
      return undefined;
  }
}

function inItems(find: Find, value: unknown): string | undefined {
  if (!Array.isArray(value)) return undefined;
  for (let index = 0; index < value.length; index += 1) {
    const path = find(value[index]);
    if (path !== undefined) return `[${index}]${path}`;
  }
  return undefined;
}

function inFields(
  finds: readonly { readonly name: string; readonly find: Find }[],
  value: unknown,
): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const { name, find } of finds) {
    const path = find((value as Readonly<Record<string, unknown>>)[name]);
    if (path !== undefined) return `.${name}${path}`;
  }
  return undefined;
}
