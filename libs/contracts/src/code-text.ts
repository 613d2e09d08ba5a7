/**
 * What may stand in a field whose doc promises a code, a name or a citation. People fill such fields, and a person in
 * a hurry writes `no row for jane@example.com`: a text of any other shape is withheld. A second line, not a proof: a
 * name that is spelled like a code passes.
 */

/** Stands for a text that may be a person's. */
export const withheld = 'withheld';

/** Begins with a letter, no spaces, no @: what names in a catalog, topics and reason codes look like. */
const nameShape = /^[A-Za-z][A-Za-z0-9_.:/()-]{0,127}$/;
/** As long as a customer's or a telephone's. */
const longNumber = /\d{5}/;
/** As a statute is cited, `GDPR art. 17(3)(b)`: with a number, and with what no `Jane Miller 12` has. */
const citationShape =
  /^(?=.*\d)(?=.*(?:§|\b(?:[Aa]rt|[Ss]ec|[Pp]ar|[Cc]ode|[Aa]ct|[Rr]eg)\b|\b[A-Z]{2,8}\b))[A-Za-z§][A-Za-z0-9 §_.,:;/()-]{0,127}$/;

/** A name that an operator gave to a system, a dataset, a topic. */
export function nameOrWithheld(text: string): string {
  return nameShape.test(text) ? text : withheld;
}

/** A code that a team or an operator typed: a name without a long number, `no_row_for_15073` is none. */
export function codeOrWithheld(text: string): string {
  return longNumber.test(text) ? withheld : nameOrWithheld(text);
}

/** A legal text as it is cited, or a code for it. */
export function citationOrWithheld(text: string): string {
  return citationShape.test(text) && !longNumber.test(text) ? text : codeOrWithheld(text);
}
