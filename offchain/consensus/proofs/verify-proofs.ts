import { availableParallelism } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Piscina } from "piscina";
import { inGroups } from "../../in-groups.ts";
import { ConsensusError } from "../errors.ts";
import type { ProofCase } from "../rules/proofs/evidence.ts";
import type { Refusal } from "../rules/proofs/refusal.ts";
import { AcceptedClaims } from "./accepted-claims.ts";
import { type BatchAnswer, type BatchRules, loadRules, verifyBatch } from "./proof-batch.ts";
import type { ProofRules } from "./verify-proof.ts";

export interface ProofVerifierOptions extends BatchRules {
  /** Proofs are verified in so many threads; with one, in the calling thread. @default one a core */
  readonly threads?: number;
}

/** Proofs of one message to a thread: enough that passing them costs little beside verifying them. */
const BATCH_PROOFS = 128;
/** Fewer proofs are done sooner in the calling thread than threads have started; it is held up for less than 0.1 s. */
const FEWEST_FOR_THREADS = 4 * BATCH_PROOFS;

/** A thread has started by then, also on a busy machine: it takes some 500 ms on an idle one. */
const MAX_START_MS = 10_000;

const SCRIPT = join(import.meta.dirname, "proof-worker.ts");

/**
 * Verifies many proofs: few in the calling thread, many in worker threads. Threads start with the first large lot, and
 * end with `close()`. When one of them fails, with or without a task, all of them end, and the next large lot starts others.
 */
export class ProofVerifier implements AsyncDisposable {
  private readonly options: ProofVerifierOptions;
  private readonly threads: number;
  private rules: Promise<ProofRules> | undefined;
  private pool: Piscina | undefined;

  constructor(options: ProofVerifierOptions) {
    this.options = options;
    this.threads = options.threads ?? availableParallelism();
  }

  /**
   * @param cases of several proofs with one claim, the first valid one counts: give them in an order that is the same
   *   for everybody, as the store's pages of a slot are.
   * @param accepted claims that counted before, where a slot's proofs come in several lots; added to.
   * @returns one outcome for each case, in their order; undefined for a proof that counts.
   * @throws {ConsensusError} EVIDENCE_MISPLACED; PROOF_WORKER_FAILED where a thread ended early
   */
  async verify(
    cases: readonly ProofCase[],
    accepted = new AcceptedClaims(),
  ): Promise<readonly (Refusal | undefined)[]> {
    const isLarge = this.threads > 1 && cases.length >= FEWEST_FOR_THREADS;
    const refusals = isLarge ? await this.inThreads(cases) : await this.inThisThread(cases);
    return cases.map(({ proof }, place) => refusals[place] ?? accepted.accept(proof));
  }

  /** Ends the threads once they have done what they were given. */
  async close(): Promise<void> {
    const { pool } = this;
    this.pool = undefined;
    await pool?.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  private async inThisThread(cases: readonly ProofCase[]): Promise<readonly (Refusal | undefined)[]> {
    this.rules ??= loadRules(this.options);
    return refusalsOf(verifyBatch(cases, await this.rules));
  }

  private async inThreads(cases: readonly ProofCase[]): Promise<readonly (Refusal | undefined)[]> {
    const pool = this.runningPool();
    const batches = inGroups(cases, BATCH_PROOFS);
    const answers = await this.runIn(pool, batches);
    return answers.flatMap(refusalsOf);
  }

  /** @throws {ConsensusError} PROOF_WORKER_FAILED with the first failure of the pool */
  private async runIn(
    pool: Piscina,
    batches: readonly (readonly ProofCase[])[],
  ): Promise<readonly BatchAnswer[]> {
    const { promise: failed, reject } = Promise.withResolvers<never>();
    // The pool's failures are answered here: Piscina may leave a task that it has no thread for waiting for ever.
    pool.once("error", reject);
    try {
      const answers = batches.map((batch): Promise<BatchAnswer> => pool.run(batch));
      return await Promise.race([failed, Promise.all(answers)]);
    } catch (cause) {
      this.discard(pool);
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new ConsensusError({ code: "PROOF_WORKER_FAILED", reason }, { cause });
    } finally {
      pool.off("error", reject);
    }
  }

  /** The next large lot gets a new pool, since Piscina does not replace all threads that fail. */
  private discard(pool: Piscina): void {
    if (this.pool !== pool) return;
    this.pool = undefined;
    void endStarted(pool);
  }

  private runningPool(): Piscina {
    const { domain, vrfModule } = this.options;
    if (this.pool !== undefined) return this.pool;
    const pool = new Piscina({
      filename: SCRIPT,
      minThreads: this.threads,
      maxThreads: this.threads,
      workerData: { domain, vrfModule } satisfies BatchRules,
      // Node runs TypeScript by itself; what the main thread was started with (loaders, inspectors) is not theirs.
      execArgv: [],
    });
    // A thread that fails without a task; nobody listening would end the process.
    pool.on("error", () => this.discard(pool));
    this.pool = pool;
    return pool;
  }
}

/**
 * Ends a pool when all of its threads have started: Node aborts the process where a thread is ended while it loads its
 * modules. Idle threads keep no process alive, and neither does this. Never rejects.
 */
async function endStarted(pool: Piscina): Promise<void> {
  await setTimeout(MAX_START_MS, undefined, { ref: false });
  await pool.destroy();
}

/** @throws {ConsensusError} that the thread met */
function refusalsOf(answer: BatchAnswer): readonly (Refusal | undefined)[] {
  if ("refusals" in answer) return answer.refusals;
  throw new ConsensusError(answer.error);
}
