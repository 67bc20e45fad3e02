import type { TransactionInfo } from "./answers.ts";

/**
 * How far past a transaction's expiration a solidified head has to be. A gateway may answer the head from one node and
 * the look-up from another one that lags behind it; by so much no node lags that is in use.
 */
export const DEATH_MARGIN_MS = 300_000;

/** What one node's solidified state says of a transaction; the look-up was made after the head was read. */
export interface SolidifiedView {
  /** Its name, for errors. */
  readonly host: string;
  /** Unix milliseconds of its solidified head. */
  readonly headTime: number;
  readonly info: TransactionInfo | undefined;
}

/** What has become of a transaction, for certain. `open`: it may still be included. */
export type TransactionFate =
  | { readonly kind: "solidified"; readonly info: TransactionInfo }
  | { readonly kind: "dead" }
  | { readonly kind: "open" }
  /** Nodes contradict each other, which solidified states never do. */
  | { readonly kind: "disputed"; readonly hosts: readonly string[] };

/**
 * What has become of a transaction. It is dead, and may be replaced, only where the solidified state is well past its
 * expiration by the chain's own time and a look-up made after that is empty. The clock of a machine proves nothing: where
 * blocks are missing, the chain includes transactions long after their expiration by the clock.
 *
 * @param expiresAt Unix milliseconds
 * @param views of the nodes that answered. All of them have to agree that it is dead, and those that found it on
 *   what it did
 */
export function transactionFate(expiresAt: number, views: readonly SolidifiedView[]): TransactionFate {
  const found = views.flatMap(({ host, info }) => (info === undefined ? [] : [{ host, info }]));
  const [first] = found;
  if (first !== undefined) {
    const isAgreed = found.every(({ info }) => isSame(info, first.info));
    if (isAgreed) return { kind: "solidified", info: first.info };
    return { kind: "disputed", hosts: found.map(({ host }) => host) };
  }
  const isDead = views.length > 0 && views.every(({ headTime }) => headTime > expiresAt + DEATH_MARGIN_MS);
  return { kind: isDead ? "dead" : "open" };
}

const isSame = (a: TransactionInfo, b: TransactionInfo) => essenceOf(a) === essenceOf(b);
const essenceOf = ({ blockNumber, result, returned, logs }: TransactionInfo) =>
  JSON.stringify([blockNumber, result, returned, logs]);
