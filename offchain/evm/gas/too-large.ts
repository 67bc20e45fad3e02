import { EvmError } from "../errors.ts";
import { meaningOf, reasonOf } from "../node-errors.ts";

/** The error for what a node refused because of its size; undefined where it refused for another reason, or did not refuse. */
export function tooLarge(error: unknown, action: string): EvmError | undefined {
  for (let cause = error; cause !== undefined; cause = (cause as { cause?: unknown } | null)?.cause) {
    const meaning = meaningOf(cause);
    if (meaning !== "gas-too-high" && meaning !== "gas-allowance-exceeded") continue;
    const said = reasonOf(cause);
    const [limit] = said.match(/\d{4,}/) ?? [];
    const limitedBy = `the node ("${said}")`;
    const details = { code: "CALL_TOO_LARGE", action, gas: undefined, limit, limitedBy } as const;
    return new EvmError(details, { cause: error });
  }
  return undefined;
}
