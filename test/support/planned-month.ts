import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { id, Wallet } from "ethers";
import { enterPayouts } from "../../offchain/payouts/enter-payouts.ts";
import { type Month, parseMonth } from "../../offchain/payouts/month.ts";
import type { PlannedEpoch } from "../../offchain/payouts/month-credits.ts";
import {
  type PlanDeployment,
  type PlanModules,
  planMonth,
  reproducePlan,
} from "../../offchain/payouts/plan-month.ts";
import type { Signers } from "../../offchain/payouts/signers.ts";
import { StatementFolder, type StoredStatement } from "../../offchain/payouts/statement-folder.ts";
import { signStatement } from "../../offchain/payouts/statement-signatures.ts";
import { openStore } from "../../offchain/store/open-store.ts";
import type { Store } from "../../offchain/store/store.ts";
import { decodeTronAddress, tronAddressOf } from "../../offchain/tron-address.ts";

export const PLANNER = new Wallet(id("the planner's key"));
export const APPROVER = new Wallet(id("the approver's key"));
export const SIGNERS: Signers = {
  planner: PLANNER.address.toLowerCase(),
  approver: APPROVER.address.toLowerCase(),
};
export const LEDGER = tronAddressOf(`0x${"1e".repeat(20)}`);
const DAY_MS = 86_400_000;
const SLOT_MS = 120_000;

export const entityAt = (number: number) => `0x${number.toString(16).padStart(40, "0")}`;

export function monthOf(name: string): Month {
  const month = parseMonth(name);
  if (month === undefined) throw new TypeError(`${name} is not a month`);
  return month;
}

/** Months whose epochs a test makes up: each epoch's tally is what `credits` says, attested by two nodes. */
export class PlannedWorld implements AsyncDisposable {
  readonly store: Store;
  readonly folder: StatementFolder;
  /** Credits of each entity in every epoch. */
  credits: Readonly<Record<string, number>> = { [entityAt(1)]: 1, [entityAt(2)]: 2, [entityAt(3)]: 4 };
  /** In use as of every slot. */
  addresses: Record<string, string | undefined> = Object.fromEntries(
    [1, 2, 3].map((number) => [entityAt(number), tronAddressOf(entityAt(number + 0x100))]),
  );
  /** Made up epochs instead of the standard ones. */
  readonly epochs = new Map<number, Partial<PlannedEpoch>>();
  readonly addressSlots: number[] = [];
  readonly #dataDir: string;
  now = Date.UTC(2030, 0);

  private constructor(store: Store, dataDir: string) {
    this.store = store;
    this.folder = new StatementFolder(dataDir);
    this.#dataDir = dataDir;
  }

  static async open(): Promise<PlannedWorld> {
    const dataDir = await mkdtemp(join(tmpdir(), "lucid-statements-"));
    return new PlannedWorld(await openStore({ setting: "memory:" }), dataDir);
  }

  get modules(): PlanModules {
    return {
      store: { payouts: this.store.payouts, now: async () => this.now },
      folder: this.folder,
      readEpoch: async (epoch) => this.epoch(epoch),
      slotAt: (time) => Math.floor(time / SLOT_MS),
      payoutAddressesAt: async (slot) => {
        this.addressSlots.push(slot);
        return new Map(
          Object.entries(this.addresses).map(([entity, inUse]) => [
            entity,
            inUse === undefined ? {} : { inUse },
          ]),
        );
      },
    };
  }

  epoch(epoch: number): PlannedEpoch {
    const root = id(`epoch ${epoch}`);
    const rows = Object.entries(this.credits).map(([entityId, credits]) => ({ entityId, credits }));
    return { epoch, root, attestedRoots: [root, root], rows, ...this.epochs.get(epoch) };
  }

  deployment({ startsAt, endsAt }: Month): PlanDeployment {
    return {
      epochs: { first: startsAt / DAY_MS, last: endsAt / DAY_MS - 1 },
      quorum: 1,
      chainId: 0xcd8690dcn,
      router: decodeTronAddress(tronAddressOf(`0x${"c0".repeat(20)}`)),
    };
  }

  async plan(name: string, budget: bigint, minimum = 1n) {
    const month = monthOf(name);
    return await planMonth({ month, budget, minimum }, this.deployment(month), this.modules);
  }

  /** Plans, and writes and signs as `payout plan` does. */
  async planned(name: string, budget: bigint, minimum = 1n, voids: string[] = []): Promise<StoredStatement> {
    const { composed } = await this.plan(name, budget, minimum);
    const hash = await this.folder.write(composed.statement);
    const hashed = { statement: composed.statement, hash };
    const planner = await signStatement(PLANNER, hashed, { ledger: LEDGER, payoutIds: voids });
    await this.folder.writeSignatures(name, { planner });
    return await this.folder.require(name);
  }

  /** Recomputes, signs and enters as `payout approve` does. */
  async approved(name: string): Promise<StoredStatement> {
    const stored = await this.folder.require(name);
    await this.reproduce(stored);
    const approver = await signStatement(APPROVER, stored, undefined);
    await this.folder.writeSignatures(name, { ...stored.signatures, approver });
    const approved = await this.folder.require(name);
    await enterPayouts(approved, this.store.payouts);
    return approved;
  }

  async reproduce(stored: StoredStatement): Promise<void> {
    await reproducePlan(stored, this.deployment(stored.statement.month), this.modules);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.store.close();
    await rm(this.#dataDir, { recursive: true });
  }
}
