/** A question to a worker: does this test file pass with this mutant switched on? */
export interface Question {
  readonly mutant: number;
  readonly testFile: string;
}

/** What a worker says: that it is ready, and then one answer to each question. */
export type Answer = { readonly isReady: true } | { readonly passed: boolean } | { readonly error: string };

/** With this a worker goes when a mutant's endless loop would have taken all the memory that the machine has. */
export const EXHAUSTED_EXIT_CODE = 70;
