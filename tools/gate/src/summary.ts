/** Characters of a line in the File Map. */
const longest = 160;

/** The first sentence: up to a full stop, semicolon or colon that ends a clause, shortened at a word where it is endless. */
const firstSentence = (comment: string): string => {
  const text = comment.replace(/\s+/g, ' ').trim();
  const sentence = /^.*?[.](?= [A-Z`(]|$)/.exec(text)?.[0] ?? text;
  if (sentence.length <= longest) return sentence.replace(/\.$/, '');
  return `${sentence.slice(0, sentence.lastIndexOf(' ', longest))} ...`;
};

/** What a TypeScript file says of itself: the comment at its head, else that of its first documented export. Null when it says nothing. */
export const fileSummary = (source: string): string | null => {
  const lines = /^(?:\/\/ ?[^\n]*\n)+/.exec(source)?.[0];
  if (lines !== undefined) return firstSentence(lines.replace(/^\/\/ ?/gm, ''));
  const block = /^\/\*\*([\s\S]*?)\*\//.exec(source) ?? /^\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\nexport /m.exec(source);
  return block?.[1] === undefined ? null : firstSentence(block[1].replace(/^\s*\* ?/gm, ''));
};

/** What a schema says of itself: its `doc`. */
export const schemaSummary = (schema: string): string | null => {
  const { doc } = JSON.parse(schema) as { readonly doc?: string };
  return doc === undefined ? null : firstSentence(doc);
};
