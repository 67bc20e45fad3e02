import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { plantedStore } from "../../../devnet/planted-store.ts";
import { auditPayments } from "../../../offchain/audit/audit-payments.ts";
import type { AuditFinding } from "../../../offchain/audit/finding.ts";
import { SolidPayments } from "../../../offchain/audit/solid-payments.ts";
import { StatementFolder } from "../../../offchain/payouts/statement-folder.ts";
import type { Store } from "../../../offchain/store/store.ts";
import { hexOf } from "../../../offchain/tron-address.ts";
import { payeeAt } from "../../support/planned-rows.ts";
import { TronWorld } from "../../support/tron-world.ts";

/** Payees of the month. */
const [FIRST, LISTED] = [payeeAt(200), payeeAt(201)];
const THIEF = payeeAt(9_999);
const STOLEN = 7_000_000n;

describe("an audit of payments on TRON", function () {
  this.timeout(240_000);
  let world: TronWorld;
  let rows: Awaited<ReturnType<TronWorld["enter"]>>;
  before(async () => {
    world = await TronWorld.open();
    rows = await world.enter({ count: 4, month: "2026-06", payeeOf: (index) => payeeAt(200 + index) });
    await world.service().run();
  });
  after(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  const view = (firstBlock = 0) =>
    new SolidPayments(
      { routers: world.terms.routers, token: world.contracts.token, firstBlock: async () => firstBlock },
      world,
    );

  async function audited(
    store: Store = world.store,
    isWithin: (from: number, until?: number) => boolean = () => true,
    tron = view(),
  ) {
    await using empty = await mkdtempDisposable(join(tmpdir(), "lucid-audit-payments-"));
    const findings: AuditFinding[] = [];
    const seen: (readonly [number, number])[] = [];
    const options = { isWithin, onBlocks: (done: number, total: number) => void seen.push([done, total]) };
    const modules = { store, folder: new StatementFolder(empty.path), tron };
    const count = await auditPayments(options, modules, (finding) => findings.push(finding));
    return { count, findings, codes: findings.map(({ code }) => code), seen };
  }

  it("finds nothing where everything was paid as planned, and reads every block to the solidified head", async () => {
    const { count, findings, seen } = await audited();
    expect(findings).to.deep.equal([]);
    expect(count).to.equal(rows.length);
    const { number } = await world.tron.solidHead();
    expect(seen.at(-1)).to.deep.equal([number + 1, number + 1]);
    expect(seen.length).to.be.above(1);
  });

  it("names payments of which the store says something else, or nothing", async () => {
    const [changed, unsaid, gone, elsewhere] = rows.map(({ _id }) => _id);
    await using planted = await plantedStore(world.store, {
      payouts: (one) => {
        if (one._id === gone) return undefined;
        if (one._id === changed) return { ...one, usdt_amount: one.usdt_amount + 1n };
        if (one._id === unsaid) return { ...one, status: "pending" };
        return { ...one, txid: "0".repeat(64) };
      },
    });
    const { findings } = await audited(planted);
    expect(findings.map(({ code, place }) => [code, place.payoutId])).to.have.deep.members([
      ["PAYMENT_AMOUNT_DIFFERS", changed],
      ["PAYMENT_NOT_ENTERED", unsaid],
      ["PAYMENT_UNPLANNED", gone],
      ["PAYMENT_NOT_ENTERED", elsewhere],
    ]);
    const other = findings.find(({ place }) => place.payoutId === elsewhere);
    expect(other?.place.field).to.equal("txid");
  });

  it("names a payment that the chain does not have", async () => {
    const [invented] = rows.map(({ _id }) => _id);
    await world.enter({ count: 1, month: "2026-07", payeeOf: () => payeeAt(300) });
    await using planted = await plantedStore(world.store, {
      payouts: (one) =>
        one.month === "2026-07" ? { ...one, status: "confirmed", txid: "0".repeat(64) } : one,
    });
    const { findings } = await audited(planted);
    expect(findings.map(({ code, place }) => [code, place.month])).to.deep.equal([
      ["PAYMENT_ABSENT", "2026-07"],
    ]);
    expect(invented).not.to.equal(findings[0]?.place.payoutId);
  });

  it("finds payments by their transactions that are not in the blocks it reads, or by a router that it is not told", async () => {
    const { number } = await world.tron.solidHead();
    expect(
      (await audited(world.store, () => true, view(number + 1))).codes,
      "before the first block",
    ).to.deep.equal([]);
    const routers = world.terms.routers.filter(({ kind }) => kind === "v0");
    const options = { routers, token: world.contracts.token, firstBlock: async () => 0 };
    const { codes } = await audited(world.store, () => true, new SolidPayments(options, world));
    expect(codes, "of an earlier router, from the same treasury").to.deep.equal([]);
  });

  it("finds what was paid while it read", async () => {
    const [tron, late] = [view(), payeeAt(310)];
    const { movements } = tron;
    tron.movements = async (...args) => {
      const read = await movements.call(tron, ...args);
      await world.enter({ count: 1, month: "2026-08", payeeOf: () => late });
      await world.service().run();
      return read;
    };
    expect((await audited(world.store, () => true, tron)).codes).to.deep.equal([]);
    expect((await world.balanceOf(late)) > 0n).to.equal(true);
  });

  it("leaves out what is not in its time, without taking it for unplanned", async () => {
    expect((await audited(world.store, () => false)).findings).to.deep.equal([]);
    const isJune = (from: number, until = from) => from < Date.UTC(2026, 6) && until >= Date.UTC(2026, 5);
    expect((await audited(world.store, isJune)).findings).to.deep.equal([]);
  });

  it("knows who was on the blacklist when any block began, before and after it was taken off", async () => {
    const solid = async () => (await world.tron.solidHead()).number;
    const before = await solid();
    const early = view();
    expect(await early.wasBlacklisted(LISTED, before), "asked before anything happened").to.equal(false);
    const late = view();
    await late.movements();
    await world.sendToToken("addBlackList", [hexOf(LISTED)]);
    const during = (await solid()) + 1;
    expect(await late.wasBlacklisted(LISTED, before), "listed since it read").to.equal(false);
    expect(await late.wasBlacklisted(LISTED, during)).to.equal(true);
    expect(await late.wasBlacklisted(LISTED, during - 1), "in the block that listed him").to.equal(false);
    // They were paid before: listing a payee later is no fault of the payment.
    expect((await audited()).codes).to.deep.equal([]);
    await world.sendToToken("removeBlackList", [hexOf(LISTED)]);
    const after = (await solid()) + 1;
    const fresh = view();
    await fresh.movements();
    expect(await fresh.wasBlacklisted(LISTED, before)).to.equal(false);
    expect(await fresh.wasBlacklisted(LISTED, during)).to.equal(true);
    expect(await fresh.wasBlacklisted(LISTED, after)).to.equal(false);
    expect(await fresh.wasBlacklisted(FIRST, during)).to.equal(false);
  });

  it("names a payee who was on the blacklist when he was paid, though he is off it now", async () => {
    const tron = view();
    const { payments } = await tron.movements();
    const [row] = rows as [(typeof rows)[0]];
    const paid = payments.find(({ payoutId }) => payoutId === row._id) ?? expect.fail("it was paid");
    const wasBlacklisted = async (address: string, block: number) =>
      address === paid.to && block === paid.block;
    const { findings } = await audited(world.store, () => true, {
      movements: () => tron.movements(),
      wasBlacklisted,
      paymentsIn: (txid: string, router: string) => tron.paymentsIn(txid, router),
    } as SolidPayments);
    expect(findings.map(({ code, place }) => [code, place.payoutId])).to.deep.equal([
      ["PAYMENT_PAYEE_BLACKLISTED", row._id],
    ]);
  });

  it("names what left the treasury without a payment", async () => {
    await world.sendToToken("transfer", [hexOf(THIEF), STOLEN]);
    const { findings } = await audited();
    expect(findings.map(({ code, found }) => [code, found])).to.deep.equal([
      ["TRANSFER_UNEXPLAINED", `${STOLEN} to ${THIEF}`],
    ]);
  });
});
