import { AnchoringError } from "../../offchain/anchoring/errors.ts";
import { inspectProof, pathErrors, treeOf } from "../../offchain/anchoring/inspect-proof.ts";
import { isoTime } from "../../offchain/anchoring/iso-time.ts";
import { parseSessionProof, type SessionProof } from "../../offchain/anchoring/proof-format.ts";
import type { RecordedSession } from "../../offchain/anchoring/recorded-session.ts";
import { conclude, type Verification, type VerifiedSubject } from "../../offchain/anchoring/verification.ts";
import { verificationJson } from "../../offchain/anchoring/verification-json.ts";
import { verifySessionProof } from "../../offchain/anchoring/verify-proof.ts";
import { LucidAnchorsReader } from "../../offchain/contracts/lucid-anchors/reader.ts";
import { LucidError } from "../../offchain/errors.ts";
import { endpointName } from "../../offchain/evm/endpoints/rpc-endpoint.ts";
import { SessionError } from "../../offchain/sessions/errors.ts";
import { type Manifest, parseManifest } from "../../offchain/sessions/manifest.ts";
import { sessionCommitment } from "../../offchain/sessions/session.ts";
import { sessionIdFromBytes32 } from "../../offchain/sessions/session-id.ts";
import { type CheckedChunks, checkChunks } from "./check-chunks.ts";
import type { ChosenFile, TextFile } from "./dropped-files.ts";
import { connect } from "./network.ts";
import {
  type Line,
  type Report,
  type ReportVerdict,
  type Step,
  type StepFinding,
  stateOf,
} from "./report.ts";
import type { VisitorSettings } from "./settings.ts";

const NOT_PROVEN = [
  "That what was recorded is true, or who held the owner's key.",
  "That the recording began when its manifest says: only the owner says so. The chain proves that it existed no later than its block.",
  "That the owner signed nothing else under this id, beyond the proofs that were chosen together with this one.",
  "Where the chunks are kept, or that they will be there tomorrow.",
];

/** Findings about the time of the anchor, not about the anchor. */
const TIME_CODES: ReadonlySet<string> = new Set(["SESSION_NOT_FINAL", "PROOF_TRANSACTION_DIFFERS"]);

export interface SessionInput {
  readonly file: TextFile;
  /** All proofs that were chosen: two of one owner for one id contradict each other. */
  readonly proofs: readonly TextFile[];
  readonly chunks: readonly ChosenFile[];
}

/** Verifies a session proof, with the code and the codes of `session verify`. */
export async function verifySession(
  { file, proofs, chunks }: SessionInput,
  settings: VisitorSettings,
  onProgress: (text: string) => void,
): Promise<Report> {
  let proof: SessionProof;
  try {
    proof = parseSessionProof(file.text, file.name);
  } catch (error) {
    return failedReport(file.name, error, []);
  }
  const manifest = manifestOf(proof);
  const checked =
    chunks.length === 0 || manifest === undefined
      ? undefined
      : await checkChunks(manifest, chunks, (done) =>
          onProgress(`Checked ${done} of ${chunks.length} chunk files`),
        );
  const recorded = otherContent(proof, file, proofs);
  const endpoint = nameOf(settings.endpoint);
  const context = { endpoint, proof, manifest, chunks, checked };
  if (settings.endpoint === undefined) return await withoutChain(file.name, context, recorded);
  try {
    onProgress("Asking the chain");
    const notes: string[] = [];
    const verification = await onChain(proof, settings, checked, recorded, (note) => notes.push(note));
    const { verdict } = verification;
    return {
      name: file.name,
      verdict,
      summary: summaryOf(verification),
      steps: stepsOf(context, verification, notes),
      notProven: notProven(context),
      json: verificationJson(verification),
    };
  } catch (error) {
    const { steps } = await withoutChain(file.name, context, recorded);
    return failedReport(file.name, error, steps);
  }
}

async function onChain(
  proof: SessionProof,
  { endpoint, anchors: knownContract, confirmations }: VisitorSettings,
  checked: CheckedChunks | undefined,
  recorded: RecordedSession | undefined,
  onUnavailable: (reason: string) => void,
): Promise<Verification> {
  const evm = await connect(endpoint as string);
  const connected = String(await evm.chainId());
  if (connected !== proof.chainId) {
    throw new AnchoringError({ code: "PROOF_CHAIN_DIFFERS", proven: proof.chainId, connected });
  }
  const anchors = new LucidAnchorsReader({ address: proof.contract, deploymentBlock: 0 }, { evm });
  return await verifySessionProof(
    proof,
    { anchors, findRecorded: async () => recorded },
    { knownContract, confirmations, files: checked?.findings, onUnavailable },
  );
}

interface SessionContext {
  /** Of a URL, what is not secret. */
  readonly endpoint: string | undefined;
  readonly proof: SessionProof;
  readonly manifest: Manifest | undefined;
  readonly chunks: readonly ChosenFile[];
  readonly checked: CheckedChunks | undefined;
}

/** Undefined where none is named, or the text is not a URL, which connecting reports. */
function nameOf(endpoint: string | undefined): string | undefined {
  return endpoint !== undefined && URL.canParse(endpoint) ? endpointName(endpoint) : undefined;
}

/** What holds without a chain. */
async function withoutChain(
  name: string,
  context: SessionContext,
  recorded: RecordedSession | undefined,
): Promise<Report> {
  const { proof, checked } = context;
  const inspected = await inspectProof(proof, { recorded, anchors: undefined }, checked?.findings);
  const path = pathErrors(proof);
  const place = { sessionId: sessionIdFromBytes32(proof.session.sessionId) };
  const contract = { address: proof.contract, chainId: proof.chainId, isKnown: false };
  const subjects = [
    ...inspected,
    ...(path.length > 0 ? [{ subject: "chain", errors: path, place } as const] : []),
  ];
  const conclusion = conclude(subjects, contract);
  const verification = { ...conclusion, session: proof.session, ...place, otherContents: [] };
  const disagrees = verification.findings.length > 0;
  return {
    name,
    verdict: disagrees ? "not verified" : "unchecked",
    summary: disagrees
      ? `Session ${place.sessionId} is NOT verified.`
      : `What was checked of session ${place.sessionId} agrees, but the chain was not asked, so nothing is known about its time. Name an endpoint of chain ${proof.chainId}.`,
    steps: stepsOf(context, verification, []),
    notProven: notProven(context),
    json: verificationJson(verification),
  };
}

function failedReport(name: string, error: unknown, steps: readonly Step[]): Report {
  if (!(error instanceof LucidError)) throw error;
  const { code, message, details } = error;
  const verdict: ReportVerdict = "failed";
  const failure: Step = {
    title: steps.length === 0 ? "The file" : "The chain",
    state: "disagrees",
    lines: [],
    findings: [{ code, message }],
  };
  return {
    name,
    verdict,
    summary: `${name} could not be verified: ${code}.`,
    steps: [...steps.filter(({ state }) => state !== "unchecked"), failure],
    notProven: NOT_PROVEN,
    json: { error: { ...details, code, message } },
  };
}

function summaryOf({ verdict, sessionId, session, anchor, contract }: Verification): string {
  switch (verdict) {
    case "verified": {
      const existed =
        anchor &&
        ` It existed no later than ${timeText(anchor.registeredAt)}, according to LucidAnchors ${contract.address} on chain ${contract.chainId}.`;
      return `Session ${sessionId} is verified: ${session?.owner} vouches for it.${existed ?? ""}`;
    }
    case "unconfirmed":
      return `Session ${sessionId} is consistent, but NOT confirmed: only the proof says that ${contract.address} is LucidAnchors, and anybody can deploy a contract that confirms everything. Ask somebody you trust for its address on chain ${contract.chainId}, and enter it above.`;
    case "not verified":
      return `Session ${sessionId} is NOT verified.`;
  }
}

function stepsOf(context: SessionContext, verification: Verification, notes: readonly string[]): Step[] {
  const { proof, manifest } = context;
  const { findings, checked, session, otherContents } = verification;
  const of = (subject: VerifiedSubject): StepFinding[] =>
    findings.filter((finding) => finding.subject === subject);
  const isVouched = of("owner").length === 0;
  const others = otherContents.map(
    ({ commitment, blockNumber }) =>
      `Another content for the same owner and id (${commitment}) was registered in block ${blockNumber}. Without its owner's signature it means nothing.`,
  );
  return [
    {
      title: "Manifest",
      // As the command line: only the owner vouches for a manifest.
      state: of("manifest").length === 0 && !isVouched ? "trusted" : stateOf(of("manifest")),
      lines:
        manifest === undefined
          ? []
          : [
              ...manifestLines(manifest, proof),
              ...(isVouched
                ? []
                : ["Its form is right, but see the owner's signature: nobody vouches for it."]),
            ],
      findings: of("manifest"),
    },
    {
      title: "Owner's signature",
      state: stateOf(of("owner")),
      lines: isVouched ? [`${session?.owner} signed this manifest.`] : [],
      findings: of("owner"),
    },
    chunksStep(context, of("files")),
    ...(checked.includes("chain")
      ? chainSteps(context, verification, of("chain"), [...notes, ...others])
      : [untouchedChain(proof)]),
  ];
}

function manifestLines({ chunks, startedAt, endedAt }: Manifest, { session }: SessionProof): Line[] {
  const bytes = chunks.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return [
    `It lists ${chunks.length} chunk${chunks.length === 1 ? "" : "s"} of ${bytes.toLocaleString("en")} bytes together, is in canonical form, and gives the session in the proof.`,
    `Its owner says that the recording lasted from ${timeText(startedAt)} to ${timeText(endedAt)}.`,
    { label: "Hash", value: session.manifestHash },
  ];
}

function chunksStep({ manifest, chunks, checked }: SessionContext, findings: StepFinding[]): Step {
  const title = "Chunk files";
  if (checked === undefined) {
    const why =
      chunks.length === 0
        ? "No chunk file was chosen, and the proof alone says nothing about them."
        : "Without a valid manifest there is nothing to check them against.";
    return { title, state: "unchecked", lines: [why], findings };
  }
  const count = manifest?.chunks.length ?? 0;
  const lines = [`${checked.given} of ${count} chunk files were chosen and hashed.`];
  const absent = count - checked.given;
  if (absent > 0) lines.push(`Nothing is known about the other ${absent}.`);
  return { title, state: stateOf(findings), lines, findings };
}

function untouchedChain({ chainId }: SessionProof): Step {
  const lines = [`No endpoint was named: chain ${chainId} was not asked.`];
  return { title: "Commitment on the chain", state: "unchecked", lines, findings: [] };
}

function chainSteps(
  { endpoint, proof }: SessionContext,
  { anchor, contract }: Verification,
  findings: StepFinding[],
  notes: readonly string[],
): Step[] {
  const aboutTime = findings.filter(({ code }) => TIME_CODES.has(code));
  const aboutAnchor = findings.filter(({ code }) => !TIME_CODES.has(code));
  const commitment = { label: "Commitment", value: sessionCommitment(proof.session) };
  const where: Line[] =
    proof.tree === undefined
      ? ["It has its own slot in the contract."]
      : [
          { label: "Root", value: proof.tree.root },
          `${hashesText(proof.tree.proof.length)} from the commitment to this root, which is registered in the contract.`,
        ];
  const isKnownText = contract.isKnown
    ? `You know it to be LucidAnchors on chain ${contract.chainId}.`
    : `Only the proof says that it is LucidAnchors on chain ${contract.chainId}.`;
  const asked: Line[] = [{ label: "Contract", value: contract.address }, isKnownText];
  if (endpoint !== undefined) asked.push({ label: "Endpoint", value: endpoint });
  const anchorStep: Step = {
    title: proof.tree === undefined ? "Commitment on the chain" : "Tree on the chain",
    state: aboutAnchor.length === 0 && !contract.isKnown ? "trusted" : stateOf(aboutAnchor),
    lines: [commitment, ...(aboutAnchor.length === 0 ? where : []), ...asked],
    findings: aboutAnchor,
  };
  if (aboutAnchor.length > 0 && anchor === undefined) return [anchorStep];
  return [anchorStep, timeStep(anchor, contract.isKnown, aboutTime, notes)];
}

const hashesText = (count: number) => (count === 1 ? "1 hash leads" : `${count} hashes lead`);

/** Of Unix seconds, for people. */
const timeText = (seconds: number) => `${isoTime(seconds).slice(0, 19).replace("T", " ")} UTC`;

function timeStep(
  anchor: Verification["anchor"],
  isKnown: boolean,
  findings: StepFinding[],
  notes: readonly string[],
): Step {
  const title = "Block and time";
  if (!isKnown) {
    const lines = ["No time is shown, because a contract that nobody vouches for may claim any."];
    return { title, state: findings.length > 0 ? "disagrees" : "unchecked", lines, findings };
  }
  const lines: Line[] =
    anchor === undefined ? [] : [`Registered at ${timeText(anchor.registeredAt)}, by the chain's clock.`];
  if (anchor?.txid !== undefined) {
    lines.push(
      { label: "Block", value: String(anchor.blockNumber) },
      { label: "Transaction", value: anchor.txid },
    );
  }
  return { title, state: stateOf(findings), lines: [...lines, ...notes], findings };
}

function notProven({ manifest, checked }: SessionContext): string[] {
  const isComplete = checked !== undefined && checked.given === manifest?.chunks.length;
  const files = "Anything about chunk files that were not chosen: a proof says nothing about them.";
  return [...(isComplete ? [] : [files]), ...NOT_PROVEN];
}

/** Undefined where the manifest is not valid; the check of the proof says why. */
function manifestOf({ manifest }: SessionProof): Manifest | undefined {
  try {
    return parseManifest(Buffer.from(manifest, "utf8"));
  } catch (error) {
    if (error instanceof SessionError) return undefined;
    throw error;
  }
}

/** What another proof among the chosen files says that was signed under the same id; the command line asks its store. */
function otherContent(
  { session }: SessionProof,
  file: TextFile,
  proofs: readonly TextFile[],
): RecordedSession | undefined {
  for (const other of proofs) {
    if (other === file) continue;
    const proof = proofOrUndefined(other);
    if (proof?.session.sessionId !== session.sessionId) continue;
    if (proof.session.manifestHash === session.manifestHash) continue;
    return {
      session: proof.session,
      signature: proof.ownerSignature,
      registeredAt: undefined,
      txid: proof.transaction,
      blockNumber: proof.blockNumber,
      tree: treeOf(proof),
    };
  }
  return undefined;
}

/** A file that is not a proof has a report of its own. */
function proofOrUndefined({ name, text }: TextFile): SessionProof | undefined {
  try {
    return parseSessionProof(text, name);
  } catch (error) {
    if (error instanceof AnchoringError) return undefined;
    throw error;
  }
}
