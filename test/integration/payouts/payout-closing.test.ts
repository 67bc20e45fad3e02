import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import {
  approveClosing,
  ClosingFolder,
  closeCall,
  makeClosing,
  type OpenStatement,
} from "../../../offchain/payouts/closing.ts";
import { refuseClosed, STATEMENT_CLOSED } from "../../../offchain/payouts/refuse-closed.ts";
import { PayoutServiceError } from "../../../offchain/payouts/service/errors.ts";
import type { NewPayout } from "../../../offchain/store/documents.ts";
import { openStore } from "../../../offchain/store/open-store.ts";
import { APPROVER, PLANNER, SIGNERS } from "../../support/planned-month.ts";
import { payeeAt, plannedRows } from "../../support/planned-rows.ts";
import { rejection } from "../../support/rejection.ts";
import { TronWorld } from "../../support/tron-world.ts";

describe("a statement that planner and approver close", function () {
  this.timeout(240_000);
  let world: TronWorld;
  let dataDir: string;
  before(async () => {
    world = await TronWorld.open();
    dataDir = await mkdtemp(join(tmpdir(), "lucid-closings-"));
  });
  after(async () => {
    await world?.[Symbol.asyncDispose]();
    if (dataDir !== undefined) await rm(dataDir, { recursive: true });
  });

  /** Closes it as `payout close` does. @returns how many payouts were refused */
  async function close([row]: readonly NewPayout[]): Promise<number> {
    const { plan_root: root = "", plan_period: period = "" } = row as NewPayout;
    const router = { kind: "kyc", address: world.router("kyc") } as const;
    const open: OpenStatement = { root, period: BigInt(period), router, chainId: world.node.chainId };
    expect(await world.chain.openRoot(router, open.period)).to.equal(root);
    const folder = new ClosingFolder(dataDir);
    const made = await makeClosing(open, PLANNER, SIGNERS, folder);
    const closing = await approveClosing(made, open, APPROVER, SIGNERS, folder);
    await world.sender.sendAll([closeCall(closing, open)]);
    return await refuse(root);
  }
  const refuse = async (root: string) =>
    await refuseClosed(
      { router: world.router("kyc"), root, ledger: world.contracts.ledger },
      { payouts: world.store.payouts, chain: world.chain },
    );
  const statusesOf = async (rows: readonly NewPayout[]) =>
    (await Promise.all(rows.map((row) => world.statusOf(row)))).map((one) => one?.status);

  it("makes room for another one of its month, which is paid then", async () => {
    const month = "2026-03";
    const chain = { router: world.router("kyc"), chainId: world.node.chainId };
    const first = await plannedRows({ count: 2, month, ...chain, payeeOf: (index) => payeeAt(700 + index) });
    await world.openStatement(first);
    const amountOf = () => 7_000_000n;
    const second = await world.enter({ count: 2, month, amountOf, payeeOf: (index) => payeeAt(700 + index) });
    const taken = await rejection(world.service().run(), PayoutServiceError);
    expect(taken.details).to.include({ code: "PAYOUT_PERIOD_TAKEN", open: first[0]?.plan_root });
    expect(taken.message).to.include("payout close");
    expect(await close(first), "they are in another store").to.equal(0);
    expect((await world.service().run()).confirmed).to.equal(2);
    for (const row of second) expect(await world.balanceOf(row.to_addr)).to.equal(row.usdt_amount);
  });

  it("leaves what was paid, refuses what was not, for good, and nothing of another statement", async () => {
    const payeeOf = (index: number) => payeeAt(800 + index);
    const rows = await world.enter({ count: 4, month: "2026-04", payeeOf }, { approved: false });
    const [paid, pending] = rows as [NewPayout, NewPayout, NewPayout, NewPayout];
    const others = await world.enter(
      { count: 1, month: "2026-05", payeeOf: (index) => payeeAt(900 + index) },
      { approved: false },
    );
    expect((await world.service().run()).held).to.equal(5);
    const approval = async (row: NewPayout) => {
      const { kyc_hash, kyc_expiry, compliance_sig } = (await world.approve(row)) as Required<NewPayout>;
      await world.store.payouts.move(row._id, "held", "pending", { kyc_hash, kyc_expiry, compliance_sig }, [
        "error",
      ]);
    };
    await approval(paid);
    expect((await world.service().run()).confirmed).to.equal(1);
    await approval(pending);
    expect(await close(rows)).to.equal(3);
    expect(await statusesOf([...rows, ...others])).to.deep.equal([
      ...["confirmed", "refused", "refused", "refused", "held"],
    ]);
    expect(await world.statusOf(pending)).to.deep.equal({ status: "refused", error: STATEMENT_CLOSED });
    expect(await refuse(pending.plan_root as string), "again, nothing is left").to.equal(0);
    expect(await world.service().retryFailed(), "it stays closed").to.equal(0);
    expect(await world.service().run()).to.include({ confirmed: 0, refused: 0, failed: 0 });
    expect(await world.balanceOf(pending.to_addr)).to.equal(0n);
  });

  it("leaves to reconciling what the ledger knows as paid", async () => {
    const rows = await world.enter({ count: 2, month: "2026-06", payeeOf: (index) => payeeAt(950 + index) });
    const [lost] = rows as [NewPayout];
    expect((await world.service().run()).confirmed).to.equal(2);
    // A backup from before they were paid.
    await using backup = await openStore({ setting: "memory:" });
    await backup.payouts.insertMany(rows);
    const closed = { router: world.router("kyc"), root: lost.plan_root as string };
    const modules = { payouts: backup.payouts, chain: world.chain };
    expect(await refuseClosed({ ...closed, ledger: world.contracts.ledger }, modules)).to.equal(0);
    expect((await backup.payouts.get(lost._id))?.status).to.equal("pending");
  });
});
