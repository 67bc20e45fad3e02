import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import {
  approveClosing,
  ClosingFolder,
  closeCall,
  makeClosing,
  type OpenStatement,
  requireClosing,
} from "../../../offchain/payouts/closing.ts";
import { PayoutError } from "../../../offchain/payouts/errors.ts";
import { PayoutServiceError } from "../../../offchain/payouts/service/errors.ts";
import { ROUTER_ABI } from "../../../offchain/payouts/service/router-calls.ts";
import { APPROVER, PLANNER, SIGNERS } from "../../support/planned-month.ts";
import { CHAIN_ID, KYC, V0 } from "../../support/planned-rows.ts";
import { rejection } from "../../support/rejection.ts";

const OPEN: OpenStatement = {
  ...{ period: 202611n, root: `0x${"12".repeat(32)}`, chainId: CHAIN_ID },
  router: { kind: "kyc", address: KYC },
};

describe("the closing of a statement", () => {
  let dataDir: string;
  let folder: ClosingFolder;
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "lucid-closing-"));
    folder = new ClosingFolder(dataDir);
  });
  afterEach(async () => {
    await rm(dataDir, { recursive: true });
  });

  const make = async (open: OpenStatement = OPEN) => await makeClosing(open, PLANNER, SIGNERS, folder);
  const approve = async (open: OpenStatement = OPEN) =>
    await approveClosing(await folder.require(open.period), open, APPROVER, SIGNERS, folder);
  const unusable = async (action: Promise<unknown>) => {
    const { code, message } = await rejection(action, PayoutServiceError);
    expect(code).to.equal("CLOSING_UNUSABLE");
    return message;
  };
  const required = async (open: OpenStatement) =>
    requireClosing(await folder.require(open.period), open, ["planner", "approver"], SIGNERS);

  it("is sent with the signatures of both, as the router reads them", async () => {
    await make();
    expect(await unusable(required(OPEN))).to.match(
      /not signed by the approver .* \(payout close --approve\)/,
    );
    const closing = await approve();
    await required(OPEN);
    const call = closeCall(closing, OPEN);
    expect(call.contract).to.equal(KYC);
    const [root, period, planner, approver] = ROUTER_ABI.kyc.decodeFunctionData("closeStatement", call.data);
    expect([root, period, planner, approver]).to.deep.equal([
      ...[OPEN.root, OPEN.period, closing.planner, closing.approver],
    ]);
  });

  const others: [string, OpenStatement][] = [
    ["root", { ...OPEN, root: `0x${"13".repeat(32)}` }],
    ["router", { ...OPEN, router: { kind: "kyc", address: V0 } }],
    ["chain id", { ...OPEN, chainId: 1n }],
  ];
  for (const [field, other] of others) {
    it(`of another ${field} is neither approved nor sent; the planner signs again`, async () => {
      await make();
      await approve();
      expect(await unusable(approve(other))).to.include(`its ${field} is`);
      expect(await unusable(required(other))).to.include(`its ${field} is`);
      expect((await make(other)).approver, "what was approved is another one").to.equal(undefined);
      await approve(other);
      await required(other);
    });
  }

  it("signed again by the planner keeps the approval", async () => {
    await make();
    const { approver } = await approve();
    expect((await make()).approver).to.equal(approver);
  });

  it("is signed by the right key, and the approver signs nothing that the planner did not", async () => {
    const wrong = makeClosing(OPEN, APPROVER, SIGNERS, folder);
    expect((await rejection(wrong, PayoutError)).code).to.equal("SIGNER_DIFFERS");
    expect(await unusable(folder.require(OPEN.period))).to.include("copy it from the planner");
    const made = await make();
    const notApprover = approveClosing(made, OPEN, PLANNER, SIGNERS, folder);
    expect((await rejection(notApprover, PayoutError)).code).to.equal("SIGNER_DIFFERS");
    const { planner: _, ...unsigned } = made;
    const forged = { ...unsigned, planner: await PLANNER.signMessage("another text") };
    for (const closing of [unsigned, forged]) {
      const refused = await unusable(approveClosing(closing, OPEN, APPROVER, SIGNERS, folder));
      expect(refused).to.match(/not signed by the planner/);
    }
  });

  it("is not read from a file that is malformed, or of another period", async () => {
    const made = await make();
    const file = folder.fileOf(OPEN.period);
    for (const text of [
      "",
      "{}",
      JSON.stringify({ ...made, root: "0x12" }),
      JSON.stringify({ ...made, more: 1 }),
    ]) {
      await writeFile(file, text);
      const message = await unusable(folder.require(OPEN.period));
      expect(message).to.include(file).and.include("let the planner sign it again (payout close)");
      expect(await make(), "which helps").to.deep.equal(made);
      expect(await folder.require(OPEN.period)).to.deep.equal(made);
    }
    await writeFile(file, JSON.stringify({ ...made, period: "202612" }));
    expect(await unusable(folder.require(OPEN.period))).to.include("of another period");
    expect(await make()).to.deep.equal(made);
  });
});
