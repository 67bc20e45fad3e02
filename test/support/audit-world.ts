import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { id, Wallet } from "ethers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { pino } from "pino";
import { localKey } from "../../devnet/anvil.ts";
import { type InProcessChain, startInProcessChain } from "../../devnet/in-process-chain.ts";
import { ManualClock } from "../../devnet/manual-clock.ts";
import { sealedSessions } from "../../devnet/sealed-sessions.ts";
import { anchorSessions } from "../../offchain/anchoring/anchor-sessions.ts";
import { queueSessions } from "../../offchain/anchoring/queue-sessions.ts";
import { storeChunks } from "../../offchain/anchoring/store-chunks.ts";
import { updateChunks } from "../../offchain/anchoring/update-chunks.ts";
import { attestEpoch } from "../../offchain/consensus/node/attest-epoch.ts";
import { checkBlock } from "../../offchain/consensus/node/check-block.ts";
import { ConsensusState, type EpochCheckpoint } from "../../offchain/consensus/node/consensus-state.ts";
import { HeldSessions } from "../../offchain/consensus/node/held-sessions.ts";
import { type Identity, identityOf } from "../../offchain/consensus/node/identity.ts";
import { leadSlot } from "../../offchain/consensus/node/lead-slot.ts";
import { makeProofs, type ProofModules, validateBlock } from "../../offchain/consensus/node/make-proofs.ts";
import type { DutyModules } from "../../offchain/consensus/node/modules.ts";
import { NodeRegistry } from "../../offchain/consensus/node/node-registry.ts";
import { type ChainView, openChainView } from "../../offchain/consensus/node/open-chain-view.ts";
import { receiptsFolder, writeReceipt } from "../../offchain/consensus/node/receipt-file.ts";
import { readRecordedEpoch } from "../../offchain/consensus/node/recorded-epoch.ts";
import {
  countersignRegistration,
  signRegistration,
} from "../../offchain/consensus/node/sign-registration.ts";
import { ProofVerifier } from "../../offchain/consensus/proofs/verify-proofs.ts";
import { epochOf, slotAt, slotStart, slotsOfEpoch } from "../../offchain/consensus/slot-time.ts";
import { signMessage } from "../../offchain/consensus/typed-data/sign-message.ts";
import { AccessControlClient } from "../../offchain/contracts/access-control.ts";
import { enterPayouts } from "../../offchain/payouts/enter-payouts.ts";
import { type Month, parseMonth } from "../../offchain/payouts/month.ts";
import {
  type PlanDeployment,
  type PlanModules,
  planMonth,
  reproducePlan,
} from "../../offchain/payouts/plan-month.ts";
import { StatementFolder } from "../../offchain/payouts/statement-folder.ts";
import { signStatement } from "../../offchain/payouts/statement-signatures.ts";
import { sealSession } from "../../offchain/sessions/seal-session.ts";
import type { SealedSession } from "../../offchain/sessions/sealed-session.ts";
import type { LeaderScheduleDocument } from "../../offchain/store/documents.ts";
import type { Store } from "../../offchain/store/store.ts";
import { decodeTronAddress, tronAddressOf } from "../../offchain/tron-address.ts";

/** 31 December 2025: the epoch ends with its month, which is over. */
export const EPOCH = 730;
export const MONTH = "2025-12";
/** Slots of the epoch that the chain has. */
const BEFORE_EPOCH_END = 14;
/** Slots after the epoch's end: long enough that everything about it is decided. */
const AFTER_EPOCH_END = 10;
export const FIRST_SLOT = slotsOfEpoch(EPOCH).last - BEFORE_EPOCH_END + 1;
export const LAST_SLOT = FIRST_SLOT + BEFORE_EPOCH_END + AFTER_EPOCH_END - 1;
export const CONFIRMATIONS = 2;
const SINGLES = 4;
const MEMBERS = 2;
const DAY_MS = 86_400_000;
const SAMPLE = resolve(import.meta.dirname, "../../samples/text-tour.cast");
/** Small enough that the sample has several chunks. */
const CHUNK_BYTES = 16 * 1024;

/** In which slots, counted from the first, something is not as usual. */
export const SPECIAL = {
  /** The primary is away, and its first fallback leads. */
  fallback: 5,
  /** Nobody takes the slot. */
  missed: 8,
  /** Whoever takes the slot crashes before its block. */
  withoutBlock: 11,
} as const;
/** Slots, counted from the first, before which sessions are queued. */
const QUEUED = [2, 3, 6, 9, 13, 16, 19];

export const PLANNER = new Wallet(id("the planner's key"));
export const APPROVER = new Wallet(id("the approver's key"));
export const BUDGET = 1_000_000_000n;
const ROUTER = tronAddressOf(`0x${"c0".repeat(20)}`);
const TRON_CHAIN_ID = 0xcd8690dcn;

/**
 * A short history that the production code made: a chain in this process, sessions anchored in every mode, nodes and a pool
 * that prove, close, decide, lead, validate and attest over an epoch's end, and a month planned, approved and entered.
 */
export class AuditWorld implements AsyncDisposable {
  readonly chain: InProcessChain;
  readonly dataDir: string;
  readonly clock = new ManualClock(slotStart(FIRST_SLOT) - 8 * DAY_MS);
  readonly nodes: readonly Identity[];
  readonly pool = new Wallet(id("the pool's key"));
  readonly owner = new Wallet(localKey(2));
  readonly folder: StatementFolder;
  readonly verifier: ProofVerifier;
  view!: ChainView;
  sealed: SealedSession[] = [];
  registry!: NodeRegistry;
  readonly #states: ConsensusState[] = [];

  private constructor(chain: InProcessChain, dataDir: string) {
    this.chain = chain;
    this.dataDir = dataDir;
    this.folder = new StatementFolder(dataDir);
    this.nodes = Array.from({ length: SINGLES + MEMBERS }, (_, at) => {
      const key = localKey(4 + at);
      return identityOf(new Wallet(key), Buffer.from(id(key).slice(2), "hex"));
    });
    this.clock.runs(chain.store);
    this.verifier = new ProofVerifier({
      domain: this.domain,
      vrfModule: import.meta.resolve("../../offchain/consensus/vrf.ts"),
      threads: 1,
    });
  }

  static async build(hre: HardhatRuntimeEnvironment): Promise<AuditWorld> {
    const startsAt = slotStart(FIRST_SLOT) - 60_000;
    const chain = await startInProcessChain(hre, { startsAt, deploysAt: slotStart(FIRST_SLOT) + 100 });
    const world = new AuditWorld(chain, await mkdtemp(join(tmpdir(), "lucid-audit-")));
    try {
      await world.#prepare();
      for (let slot = FIRST_SLOT; slot <= LAST_SLOT; slot += 1) await world.#runSlot(slot);
      await world.#pay();
      return world;
    } catch (error) {
      await world[Symbol.asyncDispose]();
      throw error;
    }
  }

  get store(): Store {
    return this.chain.store;
  }

  get domain() {
    return { chainId: 31_337, anchors: this.chain.anchors.address.toLowerCase() };
  }

  get month(): Month {
    return parseMonth(MONTH) as Month;
  }

  /** A view of the chain that a process has, its copies in a store. */
  openView(store: Store): Promise<ChainView> {
    const { provider, anchors, chunkStore, anchorsAdmin: administration, checkpoints } = this.chain;
    return openChainView(CONFIRMATIONS, {
      provider,
      anchors,
      chunkStore,
      administration,
      checkpoints,
      store,
    });
  }

  planModules(
    store: Store,
    view: ChainView,
    registry: NodeRegistry,
    folder: StatementFolder = this.folder,
  ): PlanModules {
    return {
      store,
      folder,
      readEpoch: (epoch) => readRecordedEpoch(epoch, { store, chain: view, registry }),
      slotAt,
      payoutAddressesAt: async (slot) => (await registry.registrationsAt(slot)).payouts,
    };
  }

  deploymentOf({ startsAt, endsAt }: Month): PlanDeployment {
    const first = Math.max(epochOf(slotAt(startsAt)), epochOf(FIRST_SLOT));
    return {
      epochs: { first, last: epochOf(slotAt(endsAt)) - 1 },
      quorum: 1,
      chainId: TRON_CHAIN_ID,
      router: decodeTronAddress(ROUTER),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.verifier.close();
    await this.chain[Symbol.asyncDispose]();
    await rm(this.dataDir, { recursive: true });
  }

  get #duties(): DutyModules {
    const { store, anchors } = this.chain;
    const { headBlocks, admissions, confirmed } = this.view;
    return {
      store,
      anchors,
      domain: this.domain,
      clock: this.clock,
      confirmed,
      membership: {
        registrationsAt: (slot) => this.registry.registrationsAt(slot),
        isAdmitted: async (nodeId, slot) => {
          const head = await headBlocks.headBlock(slot - 2);
          return head !== undefined && (await admissions.isAdmitted(nodeId, head.number));
        },
      },
    };
  }

  /** Registers everybody long before, since a TRON address is used three days after it was named; then anchors sessions. */
  async #prepare(): Promise<void> {
    const { chain, store } = this;
    const base = { sequence: 1, action: "register" } as const;
    const poolId = this.pool.address.toLowerCase();
    const tronOf = (address: string) => tronAddressOf(id(address).slice(0, 42));
    const poolRecord = { ...base, kind: "pool", address: poolId, tronAddress: tronOf(poolId) } as const;
    await store.nodes.insert(await signRegistration(this.pool, this.domain, poolRecord));
    for (const [at, { wallet, nodeId, vrfPublicKey }] of this.nodes.entries()) {
      const isMember = at >= SINGLES;
      const record = await signRegistration(wallet, this.domain, {
        ...base,
        kind: "node",
        address: nodeId,
        vrfPublicKey,
        tronAddress: tronOf(nodeId),
        ...(isMember && { poolId }),
      });
      await store.nodes.insert(
        isMember ? await countersignRegistration(this.pool, this.domain, record) : record,
      );
    }
    const admin = new Wallet(localKey(0));
    const administration = new AccessControlClient(
      "LucidAnchors",
      { address: chain.anchors.address, deploymentBlock: 0 },
      { evm: chain.evm },
    );
    for (const { wallet } of this.nodes) await administration.grantRole(admin, "REGISTRAR", wallet.address);

    const recipients = [await identityToRecipient(await generateX25519Identity())];
    for (let count = 0; count < 2; count += 1) {
      const { owner, dataDir } = this;
      this.sealed.push(
        await sealSession({ source: SAMPLE, dataDir, owner, recipients, chunkBytes: CHUNK_BYTES }),
      );
    }
    this.clock.set(slotStart(FIRST_SLOT) + 200);
    const { registrar: signer } = chain;
    await anchorSessions({ sessions: this.sealed, mode: "batch", signer }, chain);
    for (const one of this.sealed) await storeChunks(one, signer, chain);
    await updateChunks(this.sealed[0] as SealedSession, [1], "Replicated", signer, chain);
    await anchorSessions({ sessions: await sealedSessions("in a tree", 3), mode: "tree", signer }, chain);
    await anchorSessions({ sessions: await sealedSessions("alone", 1), mode: "single", signer }, chain);
    await this.#mineTo(slotStart(FIRST_SLOT) + 10_000);
    await chain.mine(CONFIRMATIONS);
    this.view = await this.openView(store);
    const logger = pino({ level: "silent" });
    this.registry = new NodeRegistry({ store, domain: this.domain, logger });
    for (const _ of this.nodes.slice(0, 3)) {
      const chainView = await this.openView(store);
      this.#states.push(
        await ConsensusState.open({ store, chain: chainView, verifier: this.verifier, logger }),
      );
    }
  }

  async #runSlot(slot: number): Promise<void> {
    const start = slotStart(slot);
    const number = slot - FIRST_SLOT;
    if (QUEUED.includes(number)) {
      this.clock.set(start - 20_000);
      await queueSessions(await sealedSessions(`queued ${number}`, 2), this.chain);
    }
    if (slot > FIRST_SLOT) await this.#mineTo(start + 1_000, start + 3_000);
    this.clock.set(start + 300);
    for (const [at, state] of this.#states.entries()) {
      this.clock.set(this.clock.now() + 1);
      await state.catchUp((this.nodes[at] as Identity).wallet);
    }
    const decision = (await this.store.leaderSchedule.get(slot)) as LeaderScheduleDocument;
    if (number > 0) await this.#prove(slot);
    await this.#lead(decision, number);
    await this.#mineTo(start + 30_000, start + 60_000);
    await this.#validate(slot, decision);
    await this.#mineTo(start + 90_000, start + 110_000);
    if (slot === slotsOfEpoch(EPOCH).last + 2) await this.#attest();
  }

  async #prove(slot: number): Promise<void> {
    const { view, dataDir } = this;
    const head = await view.headBlocks.headBlock(slot);
    if (head === undefined) throw new Error(`the head of slot ${slot} is not known`);
    const [first] = this.nodes as readonly [Identity];
    if (slot === FIRST_SLOT + 4) await this.#writeReceipt(first.nodeId, slot);
    this.clock.set(slotStart(slot) + 4_000);
    const modules: ProofModules = {
      ...this.#duties,
      corpus: view.corpus,
      held: new HeldSessions(dataDir),
      dataDir,
    };
    for (const node of this.nodes) await makeProofs(node, head, modules);
  }

  async #writeReceipt(nodeId: string, slot: number): Promise<void> {
    const { session, manifest } = this.sealed[0] as SealedSession;
    const bytes = manifest.chunks.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const message = { sessionId: session.sessionId, nodeId, slot, bytes };
    const signature = await signMessage(this.owner, this.domain, { name: "RelayReceipt", message });
    const receipt = { sessionId: manifest.sessionId, nodeId, slot, bytes, signature };
    await writeReceipt(receiptsFolder(this.dataDir), receipt);
  }

  async #lead(decision: LeaderScheduleDocument, number: number): Promise<void> {
    const { slot, primary, fallbacks } = decision;
    if (primary === undefined || number === SPECIAL.missed) return;
    const isFallback = number === SPECIAL.fallback && fallbacks[0] !== undefined;
    const entity = isFallback ? (fallbacks[0] as string) : primary;
    const poolId = this.pool.address.toLowerCase();
    const node = entity === poolId ? this.nodes[SINGLES] : this.nodes.find(({ nodeId }) => nodeId === entity);
    if (node === undefined) throw new Error(`${entity} is no node of this world`);
    this.clock.set(slotStart(slot) + (isFallback ? 5_500 : 4_200));
    const duties = this.#duties;
    const store =
      number === SPECIAL.withoutBlock
        ? Object.create(this.store, {
            leaderSchedule: { value: withoutBlocks(this.store.leaderSchedule) },
          })
        : this.store;
    await this.chain.setNextTime(Math.ceil(this.clock.now() / 1_000));
    const outcome = await leadSlot(decision, node, { ...duties, store });
    if (outcome.kind !== "led" && number !== SPECIAL.withoutBlock) {
      throw new Error(`slot ${slot} was not led: ${JSON.stringify(outcome)}`);
    }
  }

  async #validate(slot: number, decision: LeaderScheduleDocument): Promise<void> {
    this.clock.set(slotStart(slot) + 70_000);
    const modules = { ...this.#duties, recomputeDecision: async () => decision };
    const check = await checkBlock(slot, modules);
    if (check.verdict === "refused") throw new Error(`slot ${slot}: ${JSON.stringify(check.fault)}`);
    if (check.verdict === "absent") return;
    const { blockHash } = check;
    for (const node of this.nodes) await validateBlock(node, { slot, blockHash }, this.#duties);
  }

  async #attest(): Promise<void> {
    const checkpoints: EpochCheckpoint[] = [];
    for (const state of this.#states) checkpoints.push(await state.checkpoint(EPOCH));
    const [first] = checkpoints as [EpochCheckpoint];
    for (const { wallet } of this.nodes.slice(0, SINGLES)) {
      await attestEpoch(first, wallet, this.chain.checkpoints);
    }
  }

  /** Plans the month, approves it and enters its payouts, as the tasks do. */
  async #pay(): Promise<void> {
    const { store, view, folder, month } = this;
    const modules = this.planModules(store, view, this.registry);
    const deployment = this.deploymentOf(month);
    const { composed } = await planMonth({ month, budget: BUDGET, minimum: 1n }, deployment, modules);
    const hash = await folder.write(composed.statement);
    const planner = await signStatement(PLANNER, { statement: composed.statement, hash }, undefined);
    await folder.writeSignatures(month.name, { planner });
    const planned = await folder.require(month.name);
    await reproducePlan(planned, deployment, modules);
    const approver = await signStatement(APPROVER, planned, undefined);
    await folder.writeSignatures(month.name, { planner, approver });
    await enterPayouts(await folder.require(month.name), store.payouts);
  }

  /** Makes a block at each of these times, in Unix milliseconds, that the chain has not reached. */
  async #mineTo(...times: readonly number[]): Promise<void> {
    for (const time of times) {
      const latest = await this.chain.provider.getBlock("latest");
      if (latest !== null && latest.timestamp * 1_000 >= time) continue;
      await this.chain.setNextTime(Math.floor(time / 1_000));
      await this.chain.mine(1);
    }
  }
}

/** A schedule whose blocks are lost: what a leader's crash before its block leaves. */
function withoutBlocks(schedule: Store["leaderSchedule"]): Store["leaderSchedule"] {
  return Object.create(schedule, {
    addBlock: { value: async (slot: number) => ({ swapped: false, document: await schedule.get(slot) }) },
  });
}
