/** What a thread of `ProofVerifier` runs: it verifies one batch after the other. */
import { workerData } from "piscina";
import type { ProofCase } from "../rules/proofs/evidence.ts";
import { type BatchAnswer, type BatchRules, loadRules, verifyBatch } from "./proof-batch.ts";

const rules = await loadRules(workerData as BatchRules);

/** Piscina calls a worker's default export. */
export default function verify(cases: readonly ProofCase[]): BatchAnswer {
  return verifyBatch(cases, rules);
}
