import { expect } from "chai";
import { verifyRow } from "../../../../offchain/payouts/service/verify-row.ts";
import type { PayoutDocument } from "../../../../offchain/store/documents.ts";
import { entityAt, SIGNERS } from "../../../support/planned-month.ts";
import { asDocument, KYC, payeeAt, plannedRows, TERMS, V0 } from "../../../support/planned-rows.ts";

describe("the check of a row against what planner and approver signed", () => {
  let row: PayoutDocument;
  before(async () => {
    [row] = (await plannedRows({ count: 7 })).slice(3).map(asDocument) as [PayoutDocument];
  });

  const refusal = (change: Partial<PayoutDocument>) => {
    const verified = verifyRow({ ...row, ...change }, TERMS);
    return "refused" in verified ? verified.refused : undefined;
  };

  it("accepts rows as they were planned, of both routers", async () => {
    for (const kind of ["v0", "kyc"] as const) {
      for (const planned of await plannedRows({ count: 9, kind })) {
        const verified = verifyRow(asDocument(planned), TERMS);
        expect(verified).to.deep.include({ payoutId: planned._id, amount: planned.usdt_amount });
      }
    }
  });

  it("refuses a row that was changed in the database, whatever was changed", () => {
    const proof = row.plan_proof;
    const changes: [Partial<PayoutDocument>, RegExp][] = [
      [{ to_addr: payeeAt(99) }, /proof does not lead/],
      [{ to_addr: "T123" }, /address or amount/],
      [{ usdt_amount: row.usdt_amount + 1n }, /proof does not lead/],
      [{ usdt_amount: 0n }, /address or amount/],
      [{ router: V0 }, /proof does not lead/],
      [{ router: payeeAt(1) }, /none of the routers/],
      [{ session_id: "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b" }, /proof does not lead/],
      [{ _id: `0x${"1".repeat(64)}` }, /proof does not lead/],
      [{ plan_root: `0x${"1".repeat(64)}` }, /proof does not lead/],
      [{ plan_proof: proof.slice(1) }, /proof does not lead/],
      [{ plan_total: 10n ** 12n }, /not signed by the planner/],
      [{ plan_period: "202612" }, /period 202612, not of 2026-11/],
      [{ month: "2026-12" }, /period 202611, not of 2026-12/],
      [{ entity_id: entityAt(77) }, /another month or entity/],
      [{ planner_sig: row.approver_sig as string }, /not signed by the planner/],
      [{ approver_sig: row.planner_sig as string }, /not signed by the approver/],
      [{ approver_sig: "0x12" }, /not signed by the approver/],
    ];
    for (const [change, reason] of changes)
      expect(refusal(change), JSON.stringify(Object.keys(change))).to.match(reason);
  });

  it("refuses a row that a planner entered without an approver", () => {
    const { approver_sig: _, ...unapproved } = row;
    const verified = verifyRow(unapproved, TERMS);
    expect(verified).to.deep.equal({ refused: "it has no signature of the approver" });
    const { planner_sig: __, ...unplanned } = row;
    expect(verifyRow(unplanned, TERMS)).to.deep.equal({ refused: "it has no signature of the planner" });
    const { plan_root: ___, ...loose } = row;
    expect(verifyRow(loose, TERMS)).to.deep.equal({ refused: "it belongs to no statement" });
  });

  it("refuses what other people signed, or for another chain", () => {
    const swapped = { ...TERMS, signers: { planner: SIGNERS.approver, approver: SIGNERS.planner } };
    expect(verifyRow(row, swapped)).to.have.property("refused");
    expect(verifyRow(row, { ...TERMS, chainId: 1n })).to.have.property("refused");
    const asV0 = { ...TERMS, routers: [{ kind: "v0", address: KYC } as const] };
    expect(verifyRow(row, asV0)).to.have.property("refused");
  });
});
