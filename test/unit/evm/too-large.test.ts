import { assert } from "chai";
import { makeError } from "ethers";
import { EvmError } from "../../../offchain/evm/errors.ts";
import { tooLarge } from "../../../offchain/evm/gas/too-large.ts";

const ACTION = "LucidAnchors.registerSessions";

/** What nodes say, and the limit that they name. */
const REFUSALS = [
  ["gas required exceeds allowance (12666584)", "12666584"],
  ["Out of gas: gas required exceeds allowance: 30000000", "30000000"],
  ["exceeds block gas limit", undefined],
  ["transaction gas limit too high (cap: 16777216, tx: 17000000)", "16777216"],
  ["tx gas limit exceeds the block gas limit", undefined],
] as const;
const OTHERS = ["execution reverted", "insufficient funds for gas * price + value", "nonce too low"];

/** As ethers passes on what a node answers. */
const answered = (message: string) =>
  makeError("could not coalesce error", "UNKNOWN_ERROR", { error: { code: -32000, message } } as never);

describe("refusals of calls that are too large", () => {
  for (const [said, limit] of REFUSALS) {
    it(`are told by "${said}"`, () => {
      const { details, message } = tooLarge(answered(said), ACTION) as EvmError;
      assert.deepInclude(details, { code: "CALL_TOO_LARGE", action: ACTION, gas: undefined, limit });
      assert.include(message, said, "what the node said");
      const reason = { code: "RPC_FAILED", action: ACTION, reason: said } as const;
      const wrapped = new EvmError(reason, { cause: answered(said) });
      assert.equal(tooLarge(wrapped, ACTION)?.code, "CALL_TOO_LARGE", "also by the cause of a typed error");
    });
  }

  it("are not what nodes refuse for other reasons", () => {
    for (const said of OTHERS) assert.isUndefined(tooLarge(answered(said), ACTION), said);
    assert.isUndefined(tooLarge(undefined, ACTION));
  });
});
