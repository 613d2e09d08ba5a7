import type { Db } from 'mongodb';

/**
 * What discovery has stored, read from its database: the example has no other way to ask, since Lethe lists nobody to
 * anyone. The shapes are those of apps/discovery/src/store.
 */
export interface Discovery {
  /** The first offset of each partition that has had no effect yet. */
  positions(topic: string): Promise<ReadonlyMap<number, number>>;
  /** How many subjects there are: connected components of links. */
  subjects(): Promise<number>;
}

export const discoveryIn = (db: Db): Discovery => ({
  async positions(topic) {
    const fences = db.collection<{ topic: string; partition: number; next: number }>('offsets').find({ topic });
    return new Map((await fences.toArray()).map(({ partition, next }) => [partition, next]));
  },
  async subjects() {
    const components = disjointSets();
    for await (const { _id } of db.collection<{ _id: string }>('identities').find({}, { projection: { _id: 1 } })) {
      components.add(_id);
    }
    const links = db.collection<{ a: string; b: string }>('links').find({}, { projection: { a: 1, b: 1 } });
    for await (const { a, b } of links) components.join(a, b);
    return components.count();
  },
});

/** Union-find with path halving. */
export function disjointSets() {
  const parents = new Map<string, string>();
  let sets = 0;
  const add = (name: string): void => {
    if (parents.has(name)) return;
    parents.set(name, name);
    sets += 1;
  };
  const rootOf = (name: string): string => {
    let at = name;
    for (;;) {
      const parent = parents.get(at) ?? at;
      if (parent === at) return at;
      const grandparent = parents.get(parent) ?? parent;
      parents.set(at, grandparent);
      at = grandparent;
    }
  };
  return {
    add,
    join(a: string, b: string): void {
      add(a);
      add(b);
      const [left, right] = [rootOf(a), rootOf(b)];
      if (left === right) return;
      parents.set(left, right);
      sets -= 1;
    },
    count: (): number => sets,
  };
}
