import { expect } from "chai";
import { type Interface, id, toBeHex, ZeroHash, zeroPadValue } from "ethers";
import { afterRefusal, MAX_ATTEMPTS } from "../../../../offchain/payouts/service/after-refusal.ts";
import { LEDGER_ABI, ROUTER_ABI, TOKEN_ABI } from "../../../../offchain/payouts/service/router-calls.ts";
import { rowOutcomes } from "../../../../offchain/payouts/service/row-outcomes.ts";
import type { TransactionInfo, TronLog } from "../../../../offchain/payouts/tron/answers.ts";
import { hexOf, tronAddressOf } from "../../../../offchain/tron-address.ts";
import { KYC, payeeAt } from "../../../support/planned-rows.ts";

const TOKEN = tronAddressOf(`0x${"70".repeat(20)}`);
const TREASURY = tronAddressOf(`0x${"71".repeat(20)}`);
const PARTIES = { router: KYC, token: TOKEN, treasury: TREASURY };
const ROWS = [1, 2].map((number) => ({
  payoutId: id(`payout ${number}`),
  sessionId: ZeroHash,
  to: payeeAt(number),
  amount: BigInt(number) * 1_000_000n,
}));
const [FIRST, SECOND] = ROWS as [(typeof ROWS)[number], (typeof ROWS)[number]];

function log(address: string, abi: Interface, name: string, args: unknown[]): TronLog {
  const { topics, data } = abi.encodeEventLog(name, args);
  return { address: hexOf(address), topics: topics.map(String), data };
}
const paid = ({ payoutId, sessionId, to, amount }: typeof FIRST, router = KYC) =>
  log(router, ROUTER_ABI.kyc, "Paid", [payoutId, sessionId, hexOf(to), amount]);
const transfer = ({ to, amount }: { to: string; amount: bigint }, token = TOKEN, from = TREASURY) =>
  log(token, TOKEN_ABI, "Transfer", [hexOf(from), hexOf(to), amount]);
const refusedLog = ({ payoutId }: typeof FIRST, reason: string) =>
  log(KYC, ROUTER_ABI.kyc, "PaymentRefused", [payoutId, reason]);
const info = (logs: TronLog[], change: Partial<TransactionInfo> = {}): TransactionInfo => ({
  ...{ txid: "ab", fee: 1n, blockNumber: 5, blockTime: 1, result: "SUCCESS", returned: "0x" },
  ...{ message: "", contract: undefined, energy: 1n, logs },
  ...change,
});
const outcome = (logs: TronLog[], row = FIRST) => rowOutcomes(info(logs), ROWS, PARTIES).get(row.payoutId);

describe("what a transaction did to its rows", () => {
  it("a row is paid by Paid and a Transfer of exactly its amount", () => {
    const outcomes = rowOutcomes(info(ROWS.flatMap((row) => [transfer(row), paid(row)])), ROWS, PARTIES);
    expect([...outcomes.values()]).to.deep.equal([{ kind: "paid" }, { kind: "paid" }]);
  });

  it("a payment that arrives reduced by a fee is not paid", () => {
    const reduced = transfer({ to: FIRST.to, amount: FIRST.amount - 1n });
    const fee = transfer({ to: TREASURY, amount: 1n });
    expect(outcome([reduced, fee, paid(FIRST)])).to.include({ kind: "unexplained" });
  });

  it("one Transfer explains one payment", () => {
    const twin = { ...SECOND, to: FIRST.to, amount: FIRST.amount };
    const outcomes = rowOutcomes(info([transfer(FIRST), paid(FIRST), paid(twin)]), [FIRST, twin], PARTIES);
    expect(outcomes.get(FIRST.payoutId)).to.deep.equal({ kind: "paid" });
    expect(outcomes.get(twin.payoutId)).to.include({ kind: "unexplained" });
  });

  it("events of other contracts, from other accounts or to other payees prove nothing", () => {
    const other = tronAddressOf(`0x${"72".repeat(20)}`);
    expect(outcome([transfer(FIRST), paid(FIRST, other)])).to.include({ kind: "unexplained" });
    expect(outcome([transfer(FIRST, other), paid(FIRST)])).to.include({ kind: "unexplained" });
    expect(outcome([transfer(FIRST, TOKEN, other), paid(FIRST)])).to.include({ kind: "unexplained" });
    expect(outcome([transfer(FIRST), paid({ ...FIRST, to: other })])).to.include({ kind: "unexplained" });
    expect(outcome([transfer(FIRST), paid({ ...FIRST, amount: 9n })])).to.include({ kind: "unexplained" });
  });

  it("a row that was refused says why, and the others are paid", () => {
    const reason = ROUTER_ABI.kyc.encodeErrorResult("DayAboveLimit", [FIRST.payoutId, FIRST.amount, 7n]);
    const outcomes = rowOutcomes(
      info([refusedLog(FIRST, reason), transfer(SECOND), paid(SECOND)]),
      ROWS,
      PARTIES,
    );
    expect(outcomes.get(FIRST.payoutId)).to.deep.include({ kind: "refused", error: "DayAboveLimit" });
    expect(outcomes.get(SECOND.payoutId)).to.deep.equal({ kind: "paid" });
    expect(outcome([refusedLog(FIRST, "0x")])).to.include({ kind: "refused", error: "OutOfEnergy" });
  });

  it("of a transaction that failed every row is refused, by the contract's error or the receipt", () => {
    const returned = ROUTER_ABI.kyc.encodeErrorResult("InsufficientGas", [3n, 4n, 5n]);
    const reverted = rowOutcomes(info([], { result: "REVERT", returned }), ROWS, PARTIES);
    for (const { payoutId } of ROWS) {
      expect(reverted.get(payoutId)).to.deep.include({ kind: "refused", error: "InsufficientGas" });
    }
    const burned = rowOutcomes(info([], { result: "OUT_OF_TIME" }), ROWS, PARTIES);
    expect(burned.get(FIRST.payoutId)).to.deep.include({ kind: "refused", error: "OUT_OF_TIME" });
  });

  it("reads topics as java-tron's events have them", () => {
    expect(paid(FIRST).topics[3]).to.equal(zeroPadValue(hexOf(FIRST.to), 32));
    expect(paid(FIRST).data).to.equal(toBeHex(FIRST.amount, 32));
  });
});

describe("after a refusal", () => {
  it("a payout that the ledger knows is not tried again", () => {
    const data = LEDGER_ABI.encodeErrorResult("PayoutNotUnused", [FIRST.payoutId, 1]);
    expect(outcome([refusedLog(FIRST, data)])).to.deep.include({ error: "PayoutNotUnused" });
    expect(afterRefusal("PayoutNotUnused", { status: "1" }, 1)).to.deep.equal({ kind: "spent" });
    expect(afterRefusal("PayoutNotUnused", { status: "2" }, 1)).to.deep.equal({ kind: "voided" });
  });

  it("a payment whose approval does not hold is held", () => {
    for (const error of ["ComplianceExpired", "NotCompliance", "PayeeIsRevoked"]) {
      expect(afterRefusal(error, {}, 1)).to.deep.equal({ kind: "hold" });
    }
  });

  it("anything else is tried again, and fails when it does not go away", () => {
    expect(afterRefusal("TransferFailed", { reason: "0x" }, 1)).to.deep.equal({
      kind: "again",
      error: "TransferFailed: reason 0x",
    });
    expect(afterRefusal("OUT_OF_TIME", {}, 1)).to.include({ kind: "again" });
    expect(afterRefusal("TransferFailed", {}, MAX_ATTEMPTS)).to.deep.equal({
      kind: "failed",
      error: "TransferFailed",
    });
    expect(afterRefusal("NotCompliance", {}, MAX_ATTEMPTS)).to.include({ kind: "failed" });
  });
});
