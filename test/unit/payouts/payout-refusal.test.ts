import { expect } from "chai";
import { Interface, id, ZeroAddress, ZeroHash } from "ethers";
import { PAYOUT_CONTRACTS } from "../../../offchain/payouts/contracts/descriptors.ts";
import { payoutRefusal } from "../../../offchain/payouts/contracts/payout-refusal.ts";

/** Errors that constructors and internal calls give, which nobody meets who pays. */
const NOT_MET = new Set([
  "AccessControlBadConfirmation",
  "ExpectedPause",
  "ReentrancyGuardReentrantCall",
  "OnlySelf",
  "ZeroAdmin",
  "ZeroTreasury",
  "NotToken",
  "NotLedger",
  "EmptyBatch",
  "ComplianceCountDiffers",
]);

function encode(abi: readonly object[], name: string, values: readonly unknown[]): string {
  return new Interface(abi as never).encodeErrorResult(name, values as unknown[]);
}

describe("payout refusals", () => {
  for (const { name, abi, remedies } of PAYOUT_CONTRACTS) {
    it(`${name}: every error that operators meet has a remedy, and every remedy an error`, () => {
      const errors = abi
        .filter(({ type }) => type === "error")
        .map((error) => (error as { name: string }).name);
      const known = new Set([...errors, "MerkleProofInvalidMultiproof", "PayoutNotUnused"]);
      expect(errors.filter((error) => !(error in remedies) && !NOT_MET.has(error))).to.deep.equal([]);
      expect(Object.keys(remedies).filter((error) => !known.has(error))).to.deep.equal([]);
    });

    it(`${name}: names its roles as the contract does`, () => {
      const { roles } = PAYOUT_CONTRACTS.find((contract) => contract.name === name) as { roles: object };
      const constants = abi
        .filter(({ type }) => type === "function")
        .map((method) => (method as { name: string }).name)
        .filter((method) => method.endsWith("_ROLE"))
        .map((method) => method.replace("DEFAULT_", "").replace("_ROLE", ""));
      expect(Object.keys(roles).sort()).to.deep.equal(constants.sort());
    });
  }

  it("names an error of the ledger, which a router passes on", () => {
    const [ledger] = PAYOUT_CONTRACTS;
    const paid = payoutRefusal(encode(ledger.abi, "PayoutNotUnused", [ZeroHash, 1]));
    expect(paid).to.deep.equal({
      error: "PayoutNotUnused",
      values: { payoutId: ZeroHash, status: "1" },
      remedy: "It was paid before.",
    });
    expect(payoutRefusal(encode(ledger.abi, "PayoutNotUnused", [ZeroHash, 2])).remedy).to.match(/voided/);
  });

  it("names a role as operators do", () => {
    const [, v0] = PAYOUT_CONTRACTS;
    const refusal = payoutRefusal(encode(v0.abi, "WrongSigner", [id("PLANNER_ROLE"), ZeroAddress]));
    expect(refusal.values.role).to.equal("PLANNER");
  });

  it("gives amounts in USDT, and energy as it is", () => {
    const [, v0] = PAYOUT_CONTRACTS;
    const limited = payoutRefusal(
      encode(v0.abi, "PaymentAboveLimit", [ZeroHash, 120_500_000n, 100_000_000n]),
    );
    expect(limited.values).to.deep.equal({ payoutId: ZeroHash, amount: "120.5 USDT", limit: "100 USDT" });
    expect(limited.remedy).to.equal("The admin has to raise the limit per payment, which is 100 USDT.");
    const [before, after] = [10n ** 6n, 3n * 10n ** 6n];
    const inexact = payoutRefusal(encode(v0.abi, "InexactTransfer", [before, 0n, after, before, 0n]));
    expect(inexact.values).to.include({ amount: "1 USDT", payeeBefore: "0 USDT", payeeAfter: "3 USDT" });
    const sparing = payoutRefusal(encode(v0.abi, "InsufficientGas", [0n, 1_000n, 517_936n]));
    expect(sparing.values).to.include({ available: "1000", needed: "517936" });
  });

  it("tells a row that ran out of energy from one that the token refused without a reason", () => {
    const [, v0] = PAYOUT_CONTRACTS;
    expect(payoutRefusal("0x").error).to.equal("OutOfEnergy");
    expect(payoutRefusal(encode(v0.abi, "TransferFailed", ["0x"])).error).to.equal("TransferFailed");
  });

  it("does not fail on what is not one of ours, or was cut", () => {
    const [, v0] = PAYOUT_CONTRACTS;
    const cut = encode(v0.abi, "TransferFailed", [`0x${"00".repeat(64)}`]).slice(0, 100);
    for (const data of [cut, "0x12345678", "0x12", "not hex"]) {
      expect(payoutRefusal(data).error, data).to.equal("unknown");
    }
  });
});
