/** From V8's samples to a tree of frames: where the time went, and who called there. Pure. */

/** As V8 writes it into a `.cpuprofile`. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
    readonly children?: readonly number[];
  }[];
  readonly samples?: readonly number[];
  /** Microseconds before each sample. */
  readonly timeDeltas?: readonly number[];
}

export interface Frame {
  readonly name: string;
  /** The file and line of the function; empty for what V8 does itself. */
  readonly place: string;
  /** Milliseconds, with all that it called. */
  readonly total: number;
  readonly children: readonly Frame[];
}

const MICROSECONDS = 1_000;
/** What a process does while it waits is no work. */
const notWork = new Set(['(idle)', '(program)']);

/** The root holds all work of the process; calls of one function from one place are one frame. */
export function frameTree(profile: CpuProfile): Frame {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const self = new Map<number, number>();
  for (const [index, id] of (profile.samples ?? []).entries()) {
    const ms = (profile.timeDeltas?.[index] ?? 0) / MICROSECONDS;
    self.set(id, (self.get(id) ?? 0) + Math.max(0, ms));
  }
  /** Siblings of one name and place come from several nodes. */
  const frameOf = (name: string, place: string, ids: readonly number[]): Frame => {
    const below = new Map<string, { name: string; place: string; ids: number[] }>();
    for (const childId of ids.flatMap((id) => nodes.get(id)?.children ?? [])) {
      const child = nodes.get(childId);
      if (child === undefined || notWork.has(child.callFrame.functionName)) continue;
      const called = { name: child.callFrame.functionName || '(anonymous)', place: placeOf(child.callFrame) };
      const key = `${called.name} ${called.place}`;
      const known = below.get(key);
      if (known === undefined) below.set(key, { ...called, ids: [childId] });
      else known.ids.push(childId);
    }
    const children = [...below.values()]
      .map((each) => frameOf(each.name, each.place, each.ids))
      .filter(({ total }) => total > 0);
    const own = ids.reduce((sum, id) => sum + (self.get(id) ?? 0), 0);
    return { name, place, total: children.reduce((sum, { total }) => sum + total, own), children };
  };
  const root = profile.nodes.find(({ callFrame }) => callFrame.functionName === '(root)');
  return frameOf('all work', '', root === undefined ? [] : [root.id]);
}

/** From the root of the clone, or from node_modules. */
function placeOf({ url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): string {
  if (url === '') return '';
  const path = url.replace(/^.*\/node_modules\//, '').replace(/^file:\/\/.*?\/(?=(apps|libs|bench|tools)\/)/, '');
  return `${path}:${lineNumber + 1}`;
}
