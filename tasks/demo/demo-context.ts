import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateX25519Identity } from "age-encryption";
import { Wallet } from "ethers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { localKey } from "../../devnet/anvil.ts";
import { type InProcessChain, startInProcessChain } from "../../devnet/in-process-chain.ts";
import { ManualClock } from "../../devnet/manual-clock.ts";
import type { PootWorld } from "../../devnet/poot-world/poot-world.ts";
import { SLOTS_PER_EPOCH } from "../../offchain/consensus/parameters.ts";
import { epochOf, slotAt, slotStart } from "../../offchain/consensus/slot-time.ts";
import type { Narrator } from "./narrator.ts";
import type { PaidMonth } from "./payouts/paid-month.ts";
import type { Cast } from "./poot/cast.ts";
import type { SealedSample } from "./sealed-sample.ts";

/** What a part of the demo found. */
export interface PartResult {
  /** Its fields of the task's JSON. */
  readonly value: Readonly<Record<string, unknown>>;
  /** What was claimed and does not hold. */
  readonly failures: readonly string[];
}

/** A part of the demo: some steps, each of which tells what it did. Parts run in order, on one context. */
export type DemoPart = (context: DemoContext) => Promise<PartResult>;

/** The epoch that ends with November 2026: soon after the samples were recorded, and at the end of a month. */
const EPOCH = epochOf(slotAt(Date.UTC(2026, 10, 30)));
/** Slots of the epoch that are simulated: its last ones. */
const SLOTS = 13;
/** What is deployed and anchored before the nodes start is in the first slot. */
const SECONDS_INTO_SLOT = 10;

/** What the parts of the demo share. */
export class DemoContext implements AsyncDisposable {
  readonly hre: HardhatRuntimeEnvironment;
  readonly narrator: Narrator;
  /** Where sessions are sealed: the registrar's and the owner's machine. */
  readonly dataDir: string;
  /** The time of the chain's blocks, of the store's stamps and of the nodes. */
  readonly clock: ManualClock;
  readonly chain: InProcessChain;
  /** Of every session. */
  readonly owner = new Wallet(localKey(2));
  /** Opens what is sealed. */
  readonly ageIdentity: string;
  /** The epoch whose end is simulated. */
  readonly epoch = EPOCH;
  /** The chain's first slot. */
  readonly firstSlot: number;
  /** Sealed and anchored by the first part; their chunks are recorded. */
  samples: readonly SealedSample[] = [];
  /** The nodes, once they are started. */
  world: PootWorld | undefined;
  /** Who the nodes are, once they are registered. */
  cast: Cast | undefined;
  /** The month that the epoch ends, once it is paid. */
  month: PaidMonth | undefined;
  /** The TRON node on which it is paid. */
  tronNode: AsyncDisposable | undefined;

  private constructor(
    narrator: Narrator,
    parts: Pick<DemoContext, "hre" | "dataDir" | "clock" | "chain" | "ageIdentity" | "firstSlot">,
  ) {
    this.narrator = narrator;
    this.hre = parts.hre;
    this.dataDir = parts.dataDir;
    this.clock = parts.clock;
    this.chain = parts.chain;
    this.ageIdentity = parts.ageIdentity;
    this.firstSlot = parts.firstSlot;
  }

  /** Starts the chain and deploys the contracts. */
  static async open(hre: HardhatRuntimeEnvironment, narrator: Narrator): Promise<DemoContext> {
    const firstSlot = (EPOCH + 1) * SLOTS_PER_EPOCH - SLOTS;
    const clock = new ManualClock(slotStart(firstSlot));
    const ageIdentity = await generateX25519Identity();
    const chain = await startInProcessChain(hre, { clock });
    clock.set(slotStart(firstSlot) + SECONDS_INTO_SLOT * 1_000);
    const dataDir = await mkdtemp(join(tmpdir(), "lucid-demo-"));
    return new DemoContext(narrator, { hre, dataDir, clock, chain, ageIdentity, firstSlot });
  }

  /** Ends the nodes; the chain, the store and the clock go on. */
  async stopNodes(): Promise<void> {
    const { world } = this;
    this.world = undefined;
    await world?.[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stopNodes();
    await this.tronNode?.[Symbol.asyncDispose]();
    await this.chain[Symbol.asyncDispose]();
    await rm(this.dataDir, { recursive: true });
  }
}
