import { readFile, rm, writeFile } from "node:fs/promises";
import { assert } from "chai";
import { id } from "ethers";
import { PayoutError, type PayoutErrorDetails } from "../../../offchain/payouts/errors.ts";
import { explainPayout } from "../../../offchain/payouts/explain-payout.ts";
import { dueToVoid, HELD_FOR_KYC, VOIDED } from "../../../offchain/payouts/held-shares.ts";
import { payoutIdOf } from "../../../offchain/payouts/payout-id.ts";
import { planMonth } from "../../../offchain/payouts/plan-month.ts";
import { requireSigner, requireSigners } from "../../../offchain/payouts/signers.ts";
import { signStatement } from "../../../offchain/payouts/statement-signatures.ts";
import { statementBytes, statementHash } from "../../../offchain/payouts/statement-text.ts";
import { statementLeaf } from "../../../offchain/payouts/statement-tree.ts";
import { formatUsdt, parseUsdt } from "../../../offchain/payouts/usdt.ts";
import { leadsToRoot } from "../../../offchain/sessions/merkle-tree.ts";
import { tronAddressOf } from "../../../offchain/tron-address.ts";
import {
  APPROVER,
  entityAt,
  LEDGER,
  monthOf,
  PLANNER,
  PlannedWorld,
  SIGNERS,
} from "../../support/planned-month.ts";
import { rejection } from "../../support/rejection.ts";

const BUDGET = 7_000_000n;

describe("planning a month", () => {
  let world: PlannedWorld;
  beforeEach(async () => {
    world = await PlannedWorld.open();
  });
  afterEach(async () => {
    await world[Symbol.asyncDispose]();
  });

  async function refusal(work: Promise<unknown>): Promise<PayoutErrorDetails> {
    return (await rejection(work, PayoutError)).details;
  }

  it("adds the credits of the month's epochs, and pays by them", async () => {
    const { statement } = (await world.plan("2026-11", BUDGET)).composed;
    assert.equal(statement.epochs.length, 30);
    assert.deepEqual(
      statement.rows.map(({ entityId, credits, amount }) => [entityId, credits, amount]),
      [
        [entityAt(1), 30n, 1_000_000n],
        [entityAt(2), 60n, 2_000_000n],
        [entityAt(3), 120n, 4_000_000n],
      ],
    );
  });

  it("refuses a month that is not over, and one before the chain", async () => {
    world.now = monthOf("2026-11").endsAt - 1;
    assert.equal((await refusal(world.plan("2026-11", BUDGET))).code, "MONTH_NOT_OVER");
    world.now += 1;
    await world.plan("2026-11", BUDGET);
    const month = monthOf("2026-11");
    const deployment = { ...world.deployment(month), epochs: { first: 2, last: 1 } };
    const before = planMonth({ month, budget: BUDGET, minimum: 1n }, deployment, world.modules);
    assert.equal((await refusal(before)).code, "MONTH_BEFORE_CHAIN");
  });

  it("refuses a month without credits", async () => {
    world.credits = { [entityAt(1)]: 0 };
    assert.deepEqual(await refusal(world.plan("2026-11", BUDGET)), {
      code: "MONTH_WITHOUT_CREDITS",
      month: "2026-11",
    });
  });

  it("pays only by epochs whose root enough nodes attested, and no other root more", async () => {
    const epoch = monthOf("2026-11").startsAt / 86_400_000 + 3;
    const [own, other] = [id(`epoch ${epoch}`), id("another root")];
    world.epochs.set(epoch, { attestedRoots: [] });
    assert.deepInclude(await refusal(world.plan("2026-11", BUDGET)), {
      code: "EPOCH_UNATTESTED",
      epoch,
      attestations: 0,
    });
    world.epochs.set(epoch, { attestedRoots: [other] });
    assert.equal((await refusal(world.plan("2026-11", BUDGET))).code, "EPOCH_OUTVOTED");
    world.epochs.set(epoch, { attestedRoots: [own, other, other] });
    assert.deepInclude(await refusal(world.plan("2026-11", BUDGET)), {
      code: "EPOCH_OUTVOTED",
      attestations: 1,
      otherAttestations: 2,
    });
    world.epochs.set(epoch, { attestedRoots: [own, other] });
    await world.plan("2026-11", BUDGET);
  });

  it("keeps a plan: other terms are refused, and addresses that changed since are not used", async () => {
    const first = await world.planned("2026-11", BUDGET);
    const slots = world.addressSlots.length;
    world.addresses[entityAt(1)] = tronAddressOf(entityAt(0x999));
    const again = await world.plan("2026-11", BUDGET);
    assert.equal(again.stored?.hash, first.hash);
    assert.equal(world.addressSlots.length, slots, "no address is read again");
    assert.deepInclude(await refusal(world.plan("2026-11", BUDGET + 1n)), {
      code: "PLAN_DIFFERS",
      field: "budget",
      planned: BUDGET,
    });
    assert.deepInclude(await refusal(world.plan("2026-11", BUDGET, 2n)), { field: "minimum" });
  });

  it("carries over what has no usable address or is below the minimum, until it is paid", async () => {
    world.addresses = {
      [entityAt(1)]: tronAddressOf(entityAt(0x101)),
      [entityAt(2)]: tronAddressOf(entityAt(0)),
      [entityAt(3)]: "not an address",
    };
    const { statement } = await world.planned("2026-11", BUDGET, 1_500_000n);
    assert.deepEqual(statement.rows, []);
    assert.deepEqual(
      statement.carried.map(({ amount, reason }) => [amount, reason]),
      [
        [1_000_000n, "below-minimum"],
        [2_000_000n, "no-address"],
        [4_000_000n, "no-address"],
      ],
    );
    assert.equal((await refusal(world.plan("2026-12", BUDGET))).code, "STATEMENT_UNAPPROVED");
    await world.approved("2026-11");
    assert.equal(await world.store.payouts.count(), 0);

    world.addresses[entityAt(3)] = tronAddressOf(entityAt(0x103));
    world.credits = { [entityAt(1)]: 1 };
    const next = await world.planned("2026-12", BUDGET, 1_500_000n);
    assert.equal(next.statement.previous?.month, "2026-11");
    assert.deepEqual(
      next.statement.rows.map(({ entityId, share, carry, amount }) => [entityId, share, carry, amount]),
      [
        [entityAt(1), BUDGET, 1_000_000n, 8_000_000n],
        [entityAt(3), 0n, 4_000_000n, 4_000_000n],
      ],
    );
    assert.deepEqual(
      next.statement.carried.map(({ entityId, amount }) => [entityId, amount]),
      [[entityAt(2), 2_000_000n]],
    );
    assert.equal((await refusal(world.plan("2026-10", BUDGET))).code, "PLAN_OUT_OF_ORDER");
  });

  it("does not go on without the statement of a month that was paid", async () => {
    await world.planned("2026-10", BUDGET);
    await world.approved("2026-10");
    await rm(world.folder.fileOf("2026-10"));
    for (const month of ["2026-11", "2026-10"]) {
      assert.deepInclude(await refusal(world.plan(month, BUDGET)), {
        code: "STATEMENT_MISSING",
        month: "2026-10",
      });
    }
    assert.equal((await refusal(world.folder.require("2026-09"))).code, "STATEMENT_MISSING");
  });

  it("voids what was held for three months, and divides it again once, after that", async () => {
    await world.planned("2026-08", BUDGET);
    await world.approved("2026-08");
    const held = payoutIdOf(202608n, entityAt(3));
    await world.store.payouts.move(held, "pending", "held", { error: HELD_FOR_KYC });
    const { payouts } = world.store;
    assert.deepEqual(await dueToVoid(monthOf("2026-10"), payouts), []);
    assert.deepEqual(await dueToVoid(monthOf("2026-11"), payouts), [held]);
    const november = await world.planned("2026-11", BUDGET, 1n, [held]);
    assert.deepEqual(november.statement.returned, []);
    assert.deepInclude(november.signatures.planner?.voids[0], { ledger: LEDGER, payoutId: held });
    await world.approved("2026-11");

    await payouts.move(held, "held", "refused", { error: VOIDED });
    assert.deepEqual(await dueToVoid(monthOf("2026-12"), payouts), []);
    const december = await world.planned("2026-12", BUDGET);
    assert.deepEqual(december.statement.returned, [
      { payoutId: held, month: "2026-08", entityId: entityAt(3), amount: 4_000_000n },
    ]);
    const total = december.statement.rows.reduce((sum, { amount }) => sum + amount, 0n);
    assert.equal(total, BUDGET + 4_000_000n);
    await world.approved("2026-12");
    const january = await world.planned("2027-01", BUDGET);
    assert.deepEqual(january.statement.returned, []);

    // A planner who lets it return again is found out.
    const { returned } = december.statement;
    const forged = { ...january, statement: { ...january.statement, returned } };
    assert.deepInclude(await refusal(world.reproduce(forged)), {
      code: "SHARE_NOT_RETURNABLE",
      payoutId: held,
    });
    const unknown = returned.map((share) => ({ ...share, payoutId: id("no payout") }));
    const invented = { ...january, statement: { ...january.statement, returned: unknown } };
    assert.equal((await refusal(world.reproduce(invented))).code, "SHARE_NOT_RETURNABLE");
  });

  it("notices a replaced statement among those before", async () => {
    await world.planned("2026-08", BUDGET);
    await world.approved("2026-08");
    const held = payoutIdOf(202608n, entityAt(3));
    await world.store.payouts.move(held, "pending", "held", { error: HELD_FOR_KYC });
    await world.store.payouts.move(held, "held", "refused", { error: VOIDED });
    await world.planned("2026-11", BUDGET);
    await world.approved("2026-11");
    const { statement } = await world.folder.require("2026-08");
    await world.folder.write({ ...statement, addressSlot: statement.addressSlot + 1 });
    assert.deepInclude(await refusal(world.plan("2026-12", BUDGET)), {
      code: "STATEMENT_REPLACED",
      month: "2026-08",
      namedBy: "2026-11",
    });
  });
});

describe("approving a month", () => {
  let world: PlannedWorld;
  beforeEach(async () => {
    world = await PlannedWorld.open();
  });
  afterEach(async () => {
    await world[Symbol.asyncDispose]();
  });

  it("enters a pending payout for each row, each with its own proof and both signatures", async () => {
    await world.planned("2026-11", BUDGET);
    assert.equal(await world.store.payouts.count(), 0, "nothing is entered with one signature");
    const { statement, signatures } = await world.approved("2026-11");
    await world.approved("2026-11");
    assert.equal(await world.store.payouts.count(), 3);
    for (const [index, row] of statement.rows.entries()) {
      const payout = await world.store.payouts.get(row.payoutId);
      if (payout === undefined) assert.fail(`${row.payoutId} is not there`);
      assert.deepInclude(payout, {
        month: "2026-11",
        entity_id: row.entityId,
        to_addr: row.to,
        usdt_amount: row.amount,
        status: "pending",
        plan_index: index,
        plan_period: "202611",
        plan_total: BUDGET,
        plan_root: statement.root,
        planner_sig: signatures.planner?.routers[row.router] ?? "",
        approver_sig: signatures.approver?.routers[row.router] ?? "",
      });
      assert.isTrue(leadsToRoot(statementLeaf(row), payout.plan_proof, statement.root));
    }
  });

  it("does not sign what store and chain do not come to", async () => {
    const stored = await world.planned("2026-11", BUDGET);
    await world.reproduce(stored);
    const differences: [() => void, string][] = [
      [() => (world.credits = { ...world.credits, [entityAt(1)]: 2 }), "rows[0]"],
      [() => (world.addresses[entityAt(2)] = tronAddressOf(entityAt(0x999))), "rows[1]"],
      [
        () =>
          world.epochs.set(monthOf("2026-11").startsAt / 86_400_000, {
            root: id("x"),
            attestedRoots: [id("x")],
          }),
        "epochs",
      ],
    ];
    for (const [change, field] of differences) {
      const { credits, addresses } = world;
      world.addresses = { ...addresses };
      change();
      const error = await rejection(world.reproduce(stored), PayoutError);
      assert.deepInclude(error.details, { code: "PLAN_NOT_REPRODUCED", field });
      Object.assign(world, { credits, addresses });
      world.epochs.clear();
    }
    const early = { ...stored.statement, addressSlot: 1 };
    const error = await rejection(world.reproduce({ ...stored, statement: early }), PayoutError);
    assert.deepInclude(error.details, { code: "PLAN_NOT_REPRODUCED", field: "addressSlot" });
  });

  it("takes two people, neither of them a node", () => {
    const code = (work: () => void) => {
      try {
        work();
      } catch (error) {
        return (error as PayoutError).code;
      }
      return undefined;
    };
    assert.isUndefined(code(() => requireSigners(SIGNERS, () => false)));
    assert.equal(
      code(() => requireSigners({ ...SIGNERS, approver: SIGNERS.planner }, () => false)),
      "SIGNERS_EQUAL",
    );
    assert.equal(
      code(() => requireSigners(SIGNERS, (address) => address === SIGNERS.approver)),
      "SIGNER_IS_NODE",
    );
    assert.isUndefined(code(() => requireSigner("planner", PLANNER.address, SIGNERS)));
    assert.equal(
      code(() => requireSigner("approver", PLANNER.address, SIGNERS)),
      "SIGNER_DIFFERS",
    );
  });

  it("accepts no statement in which one signed for both, or somebody else", async () => {
    const stored = await world.planned("2026-11", BUDGET);
    const planner = stored.signatures.planner;
    await world.folder.writeSignatures("2026-11", { ...stored.signatures, approver: planner });
    assert.equal((await rejection(world.plan("2026-12", BUDGET), PayoutError)).code, "STATEMENT_UNAPPROVED");
    const other = await signStatement(APPROVER, { ...stored, hash: id("another file") }, undefined);
    await world.folder.writeSignatures("2026-11", { ...stored.signatures, approver: other });
    assert.equal(
      (await rejection(world.plan("2026-12", BUDGET), PayoutError)).code,
      "STATEMENT_SIGNATURE_INVALID",
    );
  });

  it("refuses files that are no statement or no signatures", async () => {
    await world.planned("2026-11", BUDGET);
    const file = world.folder.fileOf("2026-11");
    const text = await readFile(file, "utf8");
    await writeFile(world.folder.fileOf("2026-10"), text);
    assert.equal((await rejection(world.folder.read("2026-10"), PayoutError)).code, "STATEMENT_MALFORMED");
    await writeFile(file.replace(".json", ".signatures.json"), "{}x");
    assert.equal((await rejection(world.folder.read("2026-11"), PayoutError)).code, "STATEMENT_MALFORMED");
    await writeFile(file, "");
    assert.equal((await rejection(world.folder.read("2026-11"), PayoutError)).code, "STATEMENT_MALFORMED");
  });

  it("refuses amounts that the store cannot hold", async () => {
    const details = (await rejection(world.plan("2026-11", 2n ** 63n), PayoutError)).details;
    assert.equal(details.code, "PAYOUT_AMOUNT_OUT_OF_RANGE");
  });
});

describe("explaining a payout", () => {
  it("checks the row, both signatures, the credits and what the store pays", async () => {
    await using world = await PlannedWorld.open();
    await world.planned("2026-11", BUDGET);
    const modules = {
      ...world,
      store: world.store,
      folder: world.folder,
      readCredits: async (epoch: number, root: string) => ({
        ...{
          epoch,
          root,
          credits: 2,
          rank: 1,
          liveScore: { beacons: 0, slots: 0 },
          path: [],
          isProven: true,
          attestations: 1,
        },
      }),
      readWork: undefined,
    };
    const ask = { month: monthOf("2026-11"), entityId: entityAt(2), quorum: 1 };
    const before = await explainPayout(ask, SIGNERS, modules);
    assert.deepEqual(
      before.checks.map(({ check, holds }) => [check, holds]),
      [
        ["row", true],
        ["planner", true],
        ["approver", false],
        ["credits", true],
        ["attestations", true],
      ],
    );
    await world.approved("2026-11");
    const after = await explainPayout(ask, SIGNERS, modules);
    assert.isTrue(after.checks.every(({ holds }) => holds));
    assert.deepInclude(after, { totalCredits: 210n, divided: BUDGET, payment: { status: "pending" } });
    const fewer = await explainPayout({ ...ask, entityId: entityAt(3), quorum: 2 }, SIGNERS, modules);
    const failed = fewer.checks.filter(({ holds }) => !holds).map(({ check }) => check);
    assert.deepEqual(failed, ["credits", "attestations"]);
    const nobody = explainPayout({ ...ask, entityId: entityAt(9) }, SIGNERS, modules);
    assert.equal((await rejection(nobody, PayoutError)).code, "PAYEE_UNKNOWN");
  });
});

describe("amounts of USDT", () => {
  it("are whole micro-USDT, without a float", () => {
    for (const [text, amount] of [
      ["12500", 12_500_000_000n],
      ["0.5", 500_000n],
      ["0.000001", 1n],
      ["9223372036854.775807", 2n ** 63n - 1n],
    ] as const) {
      assert.equal(parseUsdt(text), amount);
      assert.equal(formatUsdt(amount), text);
    }
    for (const text of ["", "1.", ".5", "1.0000001", "-1", "1e3", "1,5", " 1", "0x1"]) {
      assert.isUndefined(parseUsdt(text), text);
    }
  });
});

describe("the text of a statement", () => {
  it("has the same hash in parts and as a whole", async () => {
    await using world = await PlannedWorld.open();
    const stored = await world.planned("2026-11", BUDGET);
    const bytes = statementBytes(stored.statement);
    assert.equal(statementHash([Buffer.concat(bytes)]), stored.hash);
  });
});
