/** A part of a paper that is generated stands between `<!-- name -->` and `<!-- /name -->`, alone on their lines. */
export const withMarked = (paper: string, name: string, generated: string): string => {
  const open = `<!-- ${name} -->\n`;
  const close = `\n<!-- /${name} -->`;
  const from = paper.indexOf(open);
  const to = paper.indexOf(close, from);
  if (from < 0 || to < 0) throw new Error(`the markers of the generated part "${name}" are missing`);
  return paper.slice(0, from + open.length) + generated.trimEnd() + paper.slice(to);
};
