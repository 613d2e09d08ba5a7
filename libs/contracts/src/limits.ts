/** How much one event may say. Publishers refuse more before they send it, services set aside what comes anyway. */

/** Identities of one user event. One row names its person in a few ways; what names more than a hundred is a list. */
export const mostIdentities = 100;

/** The longest identifier, in UTF-16 code units: longer than any e-mail address (254), device id or URN in use. */
export const longestIdentifier = 512;

/** Fields kept, and sub-processors told, of one answer: with more it is refused whole, for a list cut short would be a false record. */
export const mostAnswerValues = 50;
