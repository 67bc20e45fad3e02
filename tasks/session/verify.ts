import { readFile, stat } from "node:fs/promises";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { AnchoringError } from "../../offchain/anchoring/errors.ts";
import { recordedTree } from "../../offchain/anchoring/record-session.ts";
import {
  PROOF_FORMAT,
  parseSessionProof,
  verifySessionProof,
} from "../../offchain/anchoring/session-proof.ts";
import { type Verification, verifySession } from "../../offchain/anchoring/verify-session.ts";
import { identifyChain, readDeployment } from "../../offchain/contracts/deployment.ts";
import { LucidAnchorsClient } from "../../offchain/contracts/lucid-anchors.ts";
import { type ChainContext, openChain, sessionPath } from "../context.ts";
import { runTask, type Terminal } from "../run-task.ts";

/** A proof is checked with an endpoint and nothing else: no store of this machine's has a say. */
const NO_STORE = "memory:";

interface VerifyArguments {
  session: string;
  json: boolean;
}

export default async function verify({ session, json }: VerifyArguments, hre: HardhatRuntimeEnvironment) {
  return await runTask({ json }, async (terminal) => {
    const proofText = await readProofText(session);
    const verification =
      proofText === undefined
        ? await verifyFiles(session, hre, terminal)
        : await verifyProof(proofText, session, hre, terminal);
    await print(verification, terminal);
    return { value: summary(verification), failed: !verification.verified };
  });
}

async function verifyFiles(session: string, hre: HardhatRuntimeEnvironment, terminal: Terminal) {
  await using chain = await openChain(hre, { readOnly: true });
  const anchors = await chain.anchors();
  const findTree = (sessionId: string) => recordedTree(chain.store, sessionId);
  const { confirmations } = chain.settings;
  const path = sessionPath(chain.settings, session);
  return await withBlockTime(
    chain,
    await verifySession(path, { anchors, findTree, confirmations }, terminal.tick),
  );
}

async function verifyProof(text: string, file: string, hre: HardhatRuntimeEnvironment, terminal: Terminal) {
  const proof = parseSessionProof(text, file);
  await using chain = await openChain(hre, { store: NO_STORE });
  const connected = String(await chain.evm.chainId());
  if (connected !== proof.chainId) {
    throw new AnchoringError({ code: "PROOF_CHAIN_DIFFERS", proven: proof.chainId, connected });
  }
  const { provider, evm, settings } = chain;
  const deployment = await readDeployment(settings.dataDir, await identifyChain(provider));
  const trusted = settings.anchorsAddress ?? deployment?.anchors;
  const location = { address: proof.contract, deploymentBlock: proof.blockNumber };
  const anchors = new LucidAnchorsClient(location, { evm });
  if (trusted === undefined) {
    terminal.progress(
      `Check that ${proof.contract} is the LucidAnchors that you trust: this machine knows none (LUCID_ANCHORS_ADDRESS).`,
    );
  }
  const { confirmations } = settings;
  const verification = await verifySessionProof(proof, { anchors, trusted, confirmations });
  const contract = { address: proof.contract, isTrusted: trusted === proof.contract };
  return { ...(await withBlockTime(chain, verification)), contract };
}

interface DatedVerification extends Verification {
  /** ISO 8601; the session existed no later. */
  readonly anchoredAt?: string;
  /** The contract that a proof names, and whether this machine knows it as LucidAnchors. */
  readonly contract?: { readonly address: string; readonly isTrusted: boolean };
}

async function withBlockTime(
  { provider }: ChainContext,
  verification: Verification,
): Promise<DatedVerification> {
  if (verification.location === undefined) return verification;
  const block = await provider.getBlock(verification.location.blockNumber);
  if (block === null) return verification;
  return { ...verification, anchoredAt: new Date(block.timestamp * 1000).toISOString() };
}

/** The text of a session proof; undefined for anything else, which is then taken for a session. */
async function readProofText(path: string): Promise<string | undefined> {
  const isFile = await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
  if (!isFile) return undefined;
  const text = await readFile(path, "utf8");
  return text.includes(PROOF_FORMAT) ? text : undefined;
}

function print(
  { verified, steps, sessionId, session, location, anchoredAt, contract }: DatedVerification,
  terminal: Terminal,
) {
  for (const { subject, findings } of steps) {
    terminal.line(`${subject.padEnd(8)} ${findings.length === 0 ? "ok" : "DISAGREES"}`);
    for (const { code, message } of findings) terminal.line(`         ${code}: ${message}`);
  }
  if (location !== undefined) {
    const where = location.kind === "slot" ? "in its own slot" : `in the tree ${location.tree?.root}`;
    terminal.line(`anchored ${where}, block ${location.blockNumber}, transaction ${location.txid}`);
  }
  if (verified) {
    if (contract !== undefined)
      terminal.line("A proof says nothing of the chunks' files; the folder of the session shows those.");
    const existed = anchoredAt === undefined ? "" : ` It existed no later than ${anchoredAt}.`;
    terminal.line(`Session ${sessionId} is verified: ${session?.owner} vouches for it.${existed}`);
  } else {
    terminal.line(`Session ${sessionId ?? ""} is NOT verified.`);
  }
}

function summary({ verified, steps, sessionId, session, location, anchoredAt, contract }: DatedVerification) {
  const findings = steps.flatMap(({ subject, findings }) =>
    findings.map(({ code, message, details }) => ({ subject, ...details, code, message })),
  );
  return { verified, session: sessionId, owner: session?.owner, location, anchoredAt, contract, findings };
}
