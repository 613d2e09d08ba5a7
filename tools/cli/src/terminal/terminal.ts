/** What a command may use of the process that it runs in. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: Input;
  /** A result, for the next program: a line of text, or a part of one without its end. */
  out(text: string): void;
  /** For the person: warnings, progress, errors; whole lines. What a terminal would obey in them is shown, not obeyed. */
  note(text: string): void;
  /** Aborted by Ctrl-C. */
  readonly interrupted: AbortSignal;
}

export interface Input {
  /** A person types here. */
  readonly isTerminal: boolean;
  /**
   * All of it.
   * @param limit in bytes; one byte more is enough to say that there is more
   * @returns null when it holds more than the limit
   */
  read(limit: number): Promise<Buffer | null>;
  /** The lines that a person types, not shown, each after a question; to the end of the input (Ctrl-D). */
  typed(question: () => string): AsyncIterable<string>;
}
