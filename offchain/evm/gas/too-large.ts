import { EvmError } from "../errors.ts";

/**
 * How nodes say that a call needs more gas than they grant a transaction, when they estimate it and when it is sent:
 * go-ethereum, Erigon and anvil; reth; Nethermind; Besu.
 */
const TOO_LARGE = new RegExp(
  [
    "gas required exceeds( the)? allowance",
    "gas ?limit (is )?too high",
    "exceeds? (the )?(max(imum)? )?(block|transaction)('s)? gas ?limit",
    "exceeds? (the )?(max(imum)? )?transaction gas",
    "block ?gas ?limit ?exceeded",
    "gas ?limit ?exceeded",
    "cannot estimate gas, gas spent exceeded",
  ].join("|"),
  "i",
);

/** The error for what a node refused because of its size; undefined where it refused for another reason, or not. */
export function tooLarge(error: unknown, action: string): EvmError | undefined {
  for (const said of wordsOf(error)) {
    if (!TOO_LARGE.test(said)) continue;
    const [limit] = said.match(/\d{4,}/) ?? [];
    const details = {
      code: "CALL_TOO_LARGE",
      action,
      gas: undefined,
      limit,
      limitedBy: `the node ("${said}")`,
    } as const;
    return new EvmError(details, { cause: error });
  }
  return undefined;
}

/** What ethers keeps of a node's answer, in whichever place; of a typed error, that of its cause. */
function wordsOf(error: unknown): string[] {
  const one = (error ?? {}) as {
    error?: { message?: unknown };
    info?: { error?: { message?: unknown } };
    message?: unknown;
    cause?: unknown;
  };
  const said = [one.error?.message, one.info?.error?.message].filter((word) => typeof word === "string");
  return one.cause === undefined ? said : [...said, ...wordsOf(one.cause)];
}
