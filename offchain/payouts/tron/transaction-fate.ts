import type { TransactionInfo } from "./answers.ts";

/** What one node's solidified state says of a transaction; the look-up was made after the head was read. */
export interface SolidifiedView {
  /** Unix milliseconds of its solidified head. */
  readonly headTime: number;
  readonly info: TransactionInfo | undefined;
}

/** What has become of a transaction, for certain. `open`: it may still be included. */
export type TransactionFate =
  | { readonly kind: "solidified"; readonly info: TransactionInfo }
  | { readonly kind: "dead" }
  | { readonly kind: "open" };

/**
 * What has become of a transaction. It is dead, and may be replaced, only where the solidified state is past its
 * expiration by the chain's own time and a look-up made after that is empty. The clock of a machine proves nothing: where
 * blocks are missing, the chain includes transactions long after their expiration by the clock.
 *
 * @param expiresAt Unix milliseconds
 * @param views of the nodes that answered. All of them have to agree that it is dead: one that found it has the last word
 */
export function transactionFate(expiresAt: number, views: readonly SolidifiedView[]): TransactionFate {
  const info = views.find((view) => view.info !== undefined)?.info;
  if (info !== undefined) return { kind: "solidified", info };
  const isDead = views.length > 0 && views.every(({ headTime }) => headTime > expiresAt);
  return { kind: isDead ? "dead" : "open" };
}
