/** What a thread of `ProofVerifier` runs: it verifies one batch after the other. */
import { workerData } from "piscina";
import type { ProofCase } from "../rules/proofs/evidence.ts";
import { type BatchAnswer, type BatchRules, loadRules, verifyBatch } from "./proof-batch.ts";
import type { ProofRules } from "./verify-proof.ts";

let rules: Promise<ProofRules> | undefined;

/** Piscina calls a worker's default export. Rules that cannot be loaded fail the batch, and not the thread's start. */
export default async function verify(cases: readonly ProofCase[]): Promise<BatchAnswer> {
  rules ??= loadRules(workerData as BatchRules);
  return verifyBatch(cases, await rules);
}
