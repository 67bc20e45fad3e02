import type { NodeRegistry } from "../consensus/node/node-registry.ts";
import type { ChainView } from "../consensus/node/open-chain-view.ts";
import { WINDOW_LAG_SLOTS } from "../consensus/parameters.ts";
import type { ProofVerifier } from "../consensus/proofs/verify-proofs.ts";
import { slotStart } from "../consensus/slot-time.ts";
import type { LucidAnchorsClient } from "../contracts/lucid-anchors/client.ts";
import type { LucidChunkStoreClient } from "../contracts/lucid-chunk-store/client.ts";
import { keccak256Hex } from "../keccak.ts";
import type { PageCursor } from "../store/repositories/repository.ts";
import type { Store } from "../store/store.ts";
import { auditEvents } from "./audit-events.ts";
import { auditPayments } from "./audit-payments.ts";
import { auditMonth, type PayoutsByState, payoutMonths } from "./audit-payouts.ts";
import { auditRecordedChunks } from "./audit-recorded-chunks.ts";
import { auditRegistrations } from "./audit-registrations.ts";
import { auditSessions } from "./audit-sessions.ts";
import { SlotAudit, type SlotAuditState, type SlotBounds } from "./audit-slots.ts";
import type { AuditStatementModules } from "./audit-statement.ts";
import { auditTransactions } from "./audit-transactions.ts";
import { ConcentrationCounts } from "./concentration.ts";
import { AuditError } from "./errors.ts";
import type { AuditFinding } from "./finding.ts";
import { foldFindings } from "./fold-findings.ts";
import type { AuditResult } from "./report.ts";
import { slotRange } from "./slot-range.ts";
import type { TronView } from "./tron-view.ts";

export interface AuditModules {
  /** Only read. */
  readonly store: Store;
  /** Read into a store of the audit's own. */
  readonly chain: ChainView;
  readonly registry: NodeRegistry;
  readonly verifier: ProofVerifier;
  readonly anchors: LucidAnchorsClient;
  readonly chunkStore: LucidChunkStoreClient;
  /** LUCID_DATA_DIR, where files of sessions may be; undefined to leave files out. */
  readonly dataDir: string | undefined;
  /** What statements are computed again with; undefined where TRON's settings are not at hand. */
  readonly statements: AuditStatementModules | undefined;
  readonly tron: TronView | undefined;
}

/** What is done, in this order. */
export const AUDIT_PHASES = [
  "registrations",
  "slots",
  "sessions",
  "events",
  "recorded chunks",
  "transactions",
  "payouts",
  "payments",
] as const;

/** Those that go on where an interrupted audit ended; of the others, what is half done is done again. */
const STEPPED: ReadonlySet<AuditPhase> = new Set(["slots", "sessions", "events", "transactions"]);
export type AuditPhase = (typeof AUDIT_PHASES)[number];

/** How far an audit is: what an interrupted one goes on with. */
export interface AuditState {
  readonly bounds: SlotBounds;
  readonly range: { readonly first: number; readonly last: number };
  readonly phase: AuditPhase;
  readonly slots: SlotAuditState | undefined;
  /** Where the phase goes on. */
  readonly after: PageCursor | undefined;
  readonly counts: Readonly<Record<string, number>>;
  readonly gas: readonly (readonly [purpose: string, count: number, gas: string])[];
  readonly payouts: readonly (readonly [status: string, count: number, amount: string])[];
  readonly findings: readonly AuditFinding[];
}

export interface AuditOptions {
  /** @default the chain's first slot */
  readonly from?: number | undefined;
  /** @default the last slot that is decided */
  readonly to?: number | undefined;
  /** Of an earlier run over the same range. */
  readonly state?: AuditState | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (progress: AuditProgress) => void;
  /** Called after every step; `state` gives, until it returns, what an interrupted audit may go on with. */
  readonly onStep?: (state: () => AuditState) => void | Promise<void>;
}

export interface AuditProgress {
  readonly phase: AuditPhase;
  readonly done: number;
  /** Undefined where it is not known. */
  readonly total: number | undefined;
  readonly findings: number;
}

/** Findings that are kept; whoever has more has one cause, or none that a list would show. */
const MAX_FINDINGS = 10_000;

/**
 * Audits all that the store holds about a range of slots, against the chain and against itself. Nothing is written to the
 * store.
 *
 * @throws {ConsensusError} where the chain is not shown whole, or was reorganised
 * @throws {StoreError}
 * @throws {EvmError} where the chain cannot be reached
 * @throws the signal's reason
 */
export async function audit(options: AuditOptions, modules: AuditModules): Promise<AuditResult> {
  const { store, chain } = modules;
  const bounds = options.state?.bounds ?? (await boundsOf(store));
  const range = options.state?.range ?? slotRange(options, chain.firstSlot, bounds);
  if (range.first > range.last && (options.from !== undefined || options.to !== undefined)) {
    const newest = bounds.newestDecided < 0 ? undefined : bounds.newestDecided;
    throw new AuditError({ code: "AUDIT_RANGE_EMPTY", ...range, newest });
  }
  return await new AuditRun(bounds, range, options, modules).run();
}

/** What the store has when an audit begins; what is added while it runs is left for the next. */
async function boundsOf({ leaderSchedule, slotTallies }: Store): Promise<SlotBounds> {
  const newestDecided = Number((await leaderSchedule.ends())?.newest ?? -1);
  const newestHead = Number((await slotTallies.ends())?.newest ?? -1);
  return { newestDecided, newestClosed: Math.max(newestHead, newestDecided - WINDOW_LAG_SLOTS) };
}

class AuditRun {
  readonly #bounds: SlotBounds;
  readonly #range: { readonly first: number; readonly last: number };
  readonly #options: AuditOptions;
  readonly #modules: AuditModules;
  readonly #findings: AuditFinding[];
  readonly #counts: Map<string, number>;
  readonly #gas: Map<string, { count: number; gas: bigint }>;
  readonly #payouts: PayoutsByState;
  #phase: AuditPhase = "registrations";
  #after: PageCursor | undefined;
  #slotAudit: SlotAudit | undefined;
  readonly #savedSlots: SlotAuditState | undefined;

  constructor(
    bounds: SlotBounds,
    range: { readonly first: number; readonly last: number },
    options: AuditOptions,
    modules: AuditModules,
  ) {
    const { state } = options;
    this.#bounds = bounds;
    this.#range = range;
    this.#options = options;
    this.#modules = modules;
    this.#findings = [...(state?.findings ?? [])];
    this.#counts = new Map(Object.entries(state?.counts ?? {}));
    this.#gas = new Map(state?.gas.map(([purpose, count, gas]) => [purpose, { count, gas: BigInt(gas) }]));
    this.#payouts = new Map(
      state?.payouts.map(([status, count, amount]) => [status, { count, amount: BigInt(amount) }]),
    );
    this.#savedSlots = state?.slots;
    if (state === undefined) return;
    this.#phase = state.phase;
    this.#after = state.after;
  }

  get #slots(): SlotAuditState | undefined {
    return this.#slotAudit?.state ?? this.#savedSlots;
  }

  async run(): Promise<AuditResult> {
    const work: Record<AuditPhase, () => Promise<void>> = {
      registrations: () => this.#registrations(),
      slots: () => this.#auditSlots(),
      sessions: () => this.#sessions(),
      events: () => this.#events(),
      "recorded chunks": () => this.#recordedChunks(),
      transactions: () => this.#transactions(),
      payouts: () => this.#auditPayouts(),
      payments: () => this.#auditPayments(),
    };
    const phases = AUDIT_PHASES.slice(AUDIT_PHASES.indexOf(this.#phase));
    for (const phase of phases) {
      this.#options.signal?.throwIfAborted();
      this.#phase = phase;
      await work[phase]();
      this.#after = undefined;
      const next = AUDIT_PHASES[AUDIT_PHASES.indexOf(phase) + 1];
      // Payments are held to statements that were audited a moment ago.
      if (next === undefined || next === "payments") continue;
      this.#phase = next;
      await this.#save();
    }
    return this.#result();
  }

  get #report() {
    return (finding: AuditFinding) => {
      if (this.#findings.length < MAX_FINDINGS) this.#findings.push(finding);
      this.#count("findings");
    };
  }

  /** Whether a time, or any of the times up to another, is in the slots to audit; all are where all slots are audited. */
  readonly #isWithin = (from: number, until = from): boolean => {
    const { from: asked, to } = this.#options;
    if (asked !== undefined && until < slotStart(this.#range.first)) return false;
    return to === undefined || from < slotStart(this.#range.last + 1);
  };

  /** The blocks of the slots to audit. */
  async #blocks(): Promise<{ readonly fromBlock: number; readonly toBlock: number | undefined }> {
    const { chain } = this.#modules;
    const { from, to } = this.#options;
    const { first, last } = this.#range;
    const before =
      from === undefined || first <= chain.firstSlot ? undefined : await chain.headBlocks.headBlock(first);
    const end = to === undefined ? undefined : await chain.headBlocks.headBlock(last + 1);
    return {
      fromBlock: before === undefined ? chain.deploymentBlock : before.number + 1,
      toBlock: end?.number ?? (await chain.confirmed.newest()),
    };
  }

  #count(what: string, by = 1): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + by);
  }

  async #registrations(): Promise<void> {
    const { store, chain } = this.#modules;
    this.#count("registrations", await auditRegistrations(store, chain.domain, this.#report));
  }

  async #auditSlots(): Promise<void> {
    const { first, last } = this.#range;
    const { signal } = this.#options;
    if (first > last) return;
    const state = this.#slots;
    const from = state?.next ?? first;
    const slots = await SlotAudit.open(from, this.#bounds, this.#modules, this.#report, { state, signal });
    this.#slotAudit = slots;
    for await (const slot of slots.run(last, signal)) {
      this.#counts.set("slots", slot - first + 1);
      await this.#step(slot - first + 1, last - first + 1);
    }
    this.#counts.set("proofs", slots.state.proofs);
  }

  async #sessions(): Promise<void> {
    const { store } = this.#modules;
    const { signal } = this.#options;
    const total = await store.sessions.count();
    const options = { after: this.#after, slots: this.#range, isWithin: this.#isWithin, signal };
    for await (const page of auditSessions(options, this.#modules, this.#report)) {
      this.#count("sessions", page.count);
      this.#after = page.after;
      await this.#step(this.#counts.get("sessions") ?? 0, total);
    }
  }

  async #events(): Promise<void> {
    const { signal } = this.#options;
    const { fromBlock: start, toBlock } = await this.#blocks();
    if (toBlock === undefined) return;
    const fromBlock = this.#after === undefined ? start : Number(this.#after[0]) + 1;
    const options = { fromBlock, toBlock, slots: this.#range, signal };
    for await (const page of auditEvents(options, this.#modules, this.#report)) {
      this.#count("events", page.count);
      this.#after = [page.blockNumber];
      await this.#step(page.blockNumber - start, toBlock - start);
    }
  }

  async #recordedChunks(): Promise<void> {
    const { store, chain } = this.#modules;
    const count = await auditRecordedChunks(store.recordedChunks, chain, this.#report, this.#options.signal);
    this.#counts.set("recorded chunks", count);
  }

  async #transactions(): Promise<void> {
    const { store, anchors, chain } = this.#modules;
    const { signal } = this.#options;
    const total = await store.anchorTransactions.count();
    const modules = { store, anchors, chainId: chain.domain.chainId };
    const pages = auditTransactions(
      { after: this.#after, isWithin: this.#isWithin, signal },
      modules,
      this.#gas,
      this.#report,
    );
    for await (const page of pages) {
      this.#count("transactions", page.count);
      this.#after = page.after;
      await this.#step(this.#counts.get("transactions") ?? 0, total);
    }
  }

  async #auditPayouts(): Promise<void> {
    const { statements, store } = this.#modules;
    if (statements === undefined) return;
    const modules = { ...statements, store };
    this.#payouts.clear();
    const all = await payoutMonths(modules, this.#payouts, this.#isWithin, this.#report);
    const months = all.filter((month) => this.#isWithin(month.startsAt, month.endsAt - 1));
    for (const [at, month] of months.entries()) {
      this.#options.signal?.throwIfAborted();
      await auditMonth(month, modules, this.#report);
      this.#counts.set("statements", at + 1);
      await this.#step(at + 1, months.length);
    }
  }

  async #auditPayments(): Promise<void> {
    const { statements, store, tron } = this.#modules;
    if (statements === undefined || tron === undefined) return;
    const { folder } = statements.plan;
    const options = {
      ...{ isWithin: this.#isWithin, signal: this.#options.signal },
      onBlocks: (done: number, total: number) => this.#progress(done, total),
    };
    this.#counts.set("payments", await auditPayments(options, { store, folder, tron }, this.#report));
  }

  #progress(done: number, total: number | undefined): void {
    const findings = this.#findings.length;
    this.#options.onProgress?.({ phase: this.#phase, done, total, findings });
  }

  async #step(done: number, total: number | undefined): Promise<void> {
    this.#progress(done, total);
    if (STEPPED.has(this.#phase)) await this.#save();
  }

  async #save(): Promise<void> {
    await this.#options.onStep?.(() => this.#state());
  }

  #state(): AuditState {
    return {
      bounds: this.#bounds,
      range: this.#range,
      phase: this.#phase,
      slots: this.#slots,
      after: this.#after,
      counts: Object.fromEntries(this.#counts),
      gas: [...this.#gas].map(([purpose, { count, gas }]) => [purpose, count, gas.toString()]),
      payouts: [...this.#payouts].map(([status, { count, amount }]) => [status, count, amount.toString()]),
      findings: [...this.#findings],
    };
  }

  #result(): AuditResult {
    const { chain, statements, tron } = this.#modules;
    const slots = this.#slots;
    const { gas, payouts } = this.#state();
    return {
      deployment: { chainId: chain.domain.chainId, anchors: chain.domain.anchors },
      range: this.#range,
      digest: slots?.digest ?? keccak256Hex(Buffer.alloc(0)),
      counts: Object.fromEntries(this.#counts),
      refusals: slots?.refusals ?? {},
      gas: gas.map(([purpose, count, gas]) => ({ purpose, count, gas })),
      payouts: payouts.map(([status, count, amount]) => ({ status, count, amount })),
      credits: (slots?.concentration.credits ?? [])
        .toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
        .map(([entityId, credits]) => ({ entityId, credits })),
      concentration: new ConcentrationCounts(slots?.concentration).result(),
      notAudited: [
        ...(statements === undefined ? ["statements"] : []),
        ...(statements?.terms === undefined ? ["signatures of single payments"] : []),
        ...(statements === undefined || tron === undefined ? ["payments on TRON"] : []),
      ],
      findings: foldFindings(this.#findings),
    };
  }
}
