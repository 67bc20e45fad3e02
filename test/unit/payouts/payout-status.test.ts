import { expect } from "chai";
import { HELD_FOR_KYC } from "../../../offchain/payouts/held-shares.ts";
import { whyOpen } from "../../../offchain/payouts/payout-status.ts";

describe("why a payout is not confirmed", () => {
  const kycExpiry = Date.UTC(2026, 10, 30, 22, 13, 59) / 1_000;

  it("says of one that is held for want of KYC that nobody approved it, or that its approval is not in force", () => {
    expect(whyOpen({ error: HELD_FOR_KYC })).to.equal("kyc, not approved");
    expect(whyOpen({ error: HELD_FOR_KYC, kycExpiry })).to.equal(
      "kyc, approval until 2026-11-30T22:13Z not in force when last checked",
    );
  });

  it("says of others what their error says, whatever was approved", () => {
    expect(whyOpen({ kycExpiry })).to.equal("");
    expect(whyOpen({ error: "blacklisted", kycExpiry })).to.equal("blacklisted");
  });
});
