import { describe, expect, it } from '@jest/globals';
import { flameGraph } from './flame-graph.ts';
import { type CpuProfile, frameTree } from './frames.ts';

const node = (id: number, functionName: string, url: string, children: readonly number[] = []) => ({
  id,
  callFrame: { functionName, url, lineNumber: 9 },
  children,
});

/** `work` is called twice, once beside the other; V8 keeps a node for each way that led there. */
const profile: CpuProfile = {
  nodes: [
    node(1, '(root)', '', [2, 3, 4, 5]),
    node(2, '(idle)', ''),
    node(3, 'work', 'file:///somewhere/clone/libs/platform/bus/dist/bus.js', [6]),
    node(4, 'work', 'file:///somewhere/clone/libs/platform/bus/dist/bus.js', [7]),
    node(5, 'a<b>', 'file:///somewhere/clone/node_modules/kafkajs/src/index.js'),
    node(6, 'deep', 'node:net'),
    node(7, 'deep', 'node:net'),
  ],
  samples: [2, 3, 6, 7, 5],
  timeDeltas: [900_000, 1_000, 2_000, 3_000, 4_000],
};

describe('frames', () => {
  it('hold all work below them, one frame per function and place, and no waiting', () => {
    const root = frameTree(profile);
    expect(root.total).toBe(10);
    expect(root.children.map(({ name, place, total }) => ({ name, place, total }))).toEqual([
      { name: 'work', place: 'libs/platform/bus/dist/bus.js:10', total: 6 },
      { name: 'a<b>', place: 'kafkajs/src/index.js:10', total: 4 },
    ]);
    expect(root.children[0]?.children.map(({ name, total }) => [name, total])).toEqual([['deep', 5]]);
  });

  it('of nothing are nothing', () => {
    expect(frameTree({ nodes: [] })).toMatchObject({ total: 0, children: [] });
  });
});

describe('a flame graph', () => {
  it('is one SVG, wide as long, escaped, and names no folder of the machine', () => {
    const svg = flameGraph(frameTree(profile), 'cases, erasure');
    expect(svg).toContain('<title>work libs/platform/bus/dist/bus.js:10 6.0 ms, 60.0 %</title>');
    expect(svg).toContain('<title>a&lt;b&gt; kafkajs/src/index.js:10 4.0 ms, 40.0 %</title>');
    expect(svg).toContain('width="839.5"');
    expect(svg).not.toContain('somewhere');
  });

  it('of a process that did nothing can be drawn, too', () => {
    expect(flameGraph(frameTree({ nodes: [] }), 'nothing')).toContain('</svg>');
  });
});
