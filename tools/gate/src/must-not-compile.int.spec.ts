import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { compileErrors } from './compile.ts';
import { mistakes } from './must-not-compile.ts';
import { root } from './root.ts';

const here = join(import.meta.dirname, 'made-up.ts');

describe('lines that must not compile', () => {
  const files = globSync('{apps,libs,examples,e2e,tools}/**/src/**/*.must-not-compile.ts', {
    cwd: root,
    exclude: (path) => path.includes('node_modules') || path.includes('dist'),
  });

  it('are refused everywhere, for the reasons they give', () => {
    const wrong = files.flatMap((file) => {
      const path = join(root, file);
      return mistakes(path, readFileSync(path, 'utf8')).map(({ line, says }) => `${file}:${line}: ${says}`);
    });
    expect(wrong).toEqual([]);
  });

  it('sees a line that is refused for the reason given', () => {
    expect(mistakes(here, `// @ts-expect-error TS2322: a number is no string\nexport const a: string = 1;\n`)).toEqual(
      [],
    );
  });

  it('sees a line that compiles after all', () => {
    expect(
      mistakes(here, `// @ts-expect-error TS2322: a number is no string\nexport const a: string = '1';\n`),
    ).toEqual([{ line: 1, says: 'expected TS2322, found nothing' }]);
  });

  it('sees a line that is refused for another reason', () => {
    const [mistake] = mistakes(
      here,
      `// @ts-expect-error TS2322: a number is no string\nexport const a: string = b;\n`,
    );
    expect(mistake?.says).toMatch(/^expected TS2322, found TS2304/);
  });

  it('wants a code and a reason', () => {
    const found = mistakes(here, `// @ts-expect-error\nexport const a: string = 1;\n`);
    expect(found.map(({ line }) => line)).toEqual([1]);
  });
});

describe('a package is entered by its edge', () => {
  const file = join(root, 'libs/domain/catalog/src/made-up.ts');

  it('index.ts is open', () => {
    expect(compileErrors(file, `import '@lethe/identity';\n`)).toEqual([]);
  });

  it.each(['@lethe/identity/src/ref.ts', '@lethe/identity/ref', '@lethe/identity/dist/ref.js'])(
    '%s is refused by `exports`',
    (deep) => {
      const [error] = compileErrors(file, `export * from '${deep}';\n`);
      expect(error?.code).toBe('TS2307');
    },
  );
});
