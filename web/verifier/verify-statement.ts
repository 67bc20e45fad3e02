import { SettingsError } from "../../offchain/config/errors.ts";
import { verifyEpochRow } from "../../offchain/consensus/rules/epoch-root.ts";
import { LucidCheckpointsReader } from "../../offchain/contracts/lucid-checkpoints/reader.ts";
import { LucidError } from "../../offchain/errors.ts";
import { parseJsonAs } from "../../offchain/parse-json-as.ts";
import { PayoutError, type SignerRole } from "../../offchain/payouts/errors.ts";
import {
  attestationsCheck,
  creditsCheck,
  type EpochCredits,
  type Payee,
  type PayoutCheck,
  payeeOf,
  rowCheck,
  signatureCheck,
  totalCredits,
} from "../../offchain/payouts/payee-checks.ts";
import { dividedBudget } from "../../offchain/payouts/statement.ts";
import { type StatementSignatures, signaturesSchema } from "../../offchain/payouts/statement-signatures.ts";
import { parseStatement } from "../../offchain/payouts/statement-text.ts";
import { formatUsdt } from "../../offchain/payouts/usdt.ts";
import type { TextFile } from "./dropped-files.ts";
import { type Explanation, parseExplanation } from "./explanation-file.ts";
import { connect } from "./network.ts";
import type { Report, ReportVerdict, Step, StepFinding, StepState } from "./report.ts";
import type { VisitorSettings } from "./settings.ts";

const NOT_PROVEN = [
  "That the payment was made: look for its payoutId at the router, or for the transfer, on TRON.",
  "That the work behind the credits was done: nodes counted it, and attested what they counted.",
  "That the address in the row is the payee's: it is the one that was registered for him as of the slot that the statement names.",
];

export interface StatementFiles {
  readonly statement: TextFile;
  readonly signatures: TextFile | undefined;
  readonly explanation: TextFile | undefined;
}

type Stored = ReturnType<typeof parseStatement> & { readonly signatures: StatementSignatures };

/** Verifies a payee's row of a statement, with the code of `payout explain`. */
export async function verifyStatement(
  files: StatementFiles,
  settings: VisitorSettings,
  onProgress: (text: string) => void,
): Promise<Report> {
  const { name, text } = files.statement;
  try {
    const stored = {
      ...parseStatement(Buffer.from(text), name),
      signatures: files.signatures === undefined ? {} : parseSignatures(files.signatures),
    };
    const explanation = files.explanation && parseExplanation(files.explanation);
    const payee = payeeOf(stored, requireEntity(settings.entity ?? explanation?.row.entityId));
    onProgress("Checking the statement");
    const epochs = explanation && (await epochsOf(stored, payee, explanation, settings));
    return reportOf(name, { stored, payee, epochs }, settings, files.signatures !== undefined);
  } catch (error) {
    if (!(error instanceof LucidError)) throw error;
    const { code, message, details } = error;
    return {
      name,
      verdict: "failed",
      summary: `${name} could not be verified: ${code}.`,
      steps: [{ title: "Statement", state: "disagrees", lines: [], findings: [{ code, message }] }],
      notProven: NOT_PROVEN,
      json: { error: { ...details, code, message } },
    };
  }
}

/** An epoch's row, and how many attested its root; undefined where that was not asked. */
type CheckedEpoch = Omit<EpochCredits, "attestations"> & { readonly attestations: number | undefined };

interface CheckedPayee {
  readonly stored: Stored;
  readonly payee: Payee;
  readonly epochs: readonly CheckedEpoch[] | undefined;
}

/** Nothing in the explanation is believed: each row must lead to the root that the statement names for its epoch. */
async function epochsOf(
  { statement }: Stored,
  { row: { entityId } }: Payee,
  explanation: Explanation,
  { endpoint, checkpoints: address }: VisitorSettings,
): Promise<CheckedEpoch[]> {
  const checkpoints =
    endpoint === undefined || address === undefined
      ? undefined
      : new LucidCheckpointsReader({ address, deploymentBlock: 0 }, { evm: await connect(endpoint) });
  const checked: CheckedEpoch[] = [];
  for (const { epoch, root } of statement.epochs) {
    const given = explanation.epochs.find((one) => one.epoch === epoch);
    const { credits = 0, liveScore = { beacons: 0, slots: 0 }, rank = 0, path = [] } = given ?? {};
    // Whoever claims no credits has nothing to prove.
    const isClaimed = credits > 0 || rank > 0;
    const isProven = !isClaimed || verifyEpochRow(root, { epoch, entityId, credits, liveScore, rank }, path);
    const attestations = await checkpoints?.attestationCount(epoch, root);
    checked.push({ epoch, root, credits, liveScore, rank, path, isProven, attestations });
  }
  return checked;
}

function reportOf(
  name: string,
  { stored, payee, epochs }: CheckedPayee,
  settings: VisitorSettings,
  hasSignatures: boolean,
): Report {
  const { statement, hash } = stored;
  const checks: PayoutCheck[] = [];
  const step = (title: string, check: PayoutCheck, held: StepState = "holds"): Step => {
    checks.push(check);
    const findings: StepFinding[] = check.holds ? [] : [{ code: check.check, message: check.detail }];
    return {
      title,
      state: check.holds ? held : "disagrees",
      lines: check.holds ? [check.detail] : [],
      findings,
    };
  };
  const { row, path } = payee;
  const steps: Step[] = [statementStep(stored), rowStep(payee)];
  if (path !== undefined) steps.push(step("Row and root", rowCheck(path, statement.root)));
  for (const role of ["planner", "approver"] as const) steps.push(signatureStep(role));
  steps.push(...creditSteps());
  return {
    name,
    ...conclusionOf(payee, steps, statement.month.name),
    steps,
    notProven: NOT_PROVEN,
    json: {
      month: statement.month.name,
      hash,
      root: statement.root,
      payoutId: payee.payoutId,
      row,
      path,
      totalCredits: totalCredits(stored),
      divided: dividedBudget(statement),
      epochs,
      checks,
    },
  };

  function signatureStep(role: SignerRole): Step {
    const title = role === "planner" ? "Planner's signature" : "Approver's signature";
    if (!hasSignatures) {
      const lines = [`The file of signatures (${statement.month.name}.signatures.json) was not chosen.`];
      return { title, state: "unchecked", lines, findings: [] };
    }
    const known = settings[role];
    const address = known ?? stored.signatures[role]?.address ?? "nobody";
    const made = step(
      title,
      signatureCheck(role, stored, address),
      known === undefined ? "trusted" : "holds",
    );
    if (made.state !== "trusted") return made;
    const lines = [
      ...made.lines,
      `Only the file says that this is the ${role}: enter the ${role}'s address above.`,
    ];
    return { ...made, lines };
  }

  function creditSteps(): Step[] {
    const [credits, checkpoint] = ["Credits", "Checkpoints on the chain"];
    if (epochs === undefined) {
      const lines = [
        "What payout explain --json prints for this payee was not chosen. Ask a node's operator for it.",
      ];
      return [{ title: credits, state: "unchecked", lines, findings: [] }];
    }
    const made = step(credits, creditsCheck(epochs.map(counted), row.credits));
    const earned = epochs
      .filter((one) => one.credits > 0)
      .map((one) => `Epoch ${one.epoch}: ${one.credits} credits, rank ${one.rank}`);
    const creditsStep = { ...made, lines: [...made.lines, ...earned] };
    if (epochs.some(({ attestations }) => attestations === undefined)) {
      const lines = [
        "Name an endpoint and the address of LucidCheckpoints to compare the epochs' roots with those attested.",
      ];
      return [creditsStep, { title: checkpoint, state: "unchecked", lines, findings: [] }];
    }
    const attested = attestationsCheck(epochs.map(counted), settings.quorum);
    return [creditsStep, step(checkpoint, attested)];
  }
}

const counted = (epoch: CheckedEpoch): EpochCredits => ({ ...epoch, attestations: epoch.attestations ?? 0 });

function statementStep({ statement, hash }: Stored): Step {
  const { month, budget, rows, carried, epochs } = statement;
  return {
    title: "Statement",
    state: "holds",
    lines: [
      `${month.name}: ${formatUsdt(budget)} USDT for ${rows.length + carried.length} entities, from the credits of ${epochs.length} epochs. Every share, total and id in it, and its root, follow from its own budget, credits and addresses.`,
      { label: "Hash", value: hash },
    ],
    findings: [],
  };
}

function rowStep({ row, payoutId }: Payee): Step {
  const paid =
    "reason" in row
      ? `Not paid this month: ${formatUsdt(row.amount)} USDT are carried over (${row.reason}).`
      : `${formatUsdt(row.amount)} USDT to ${row.to} through the router ${row.router}.`;
  const lines = [
    paid,
    `Share ${formatUsdt(row.share)} USDT for ${row.credits} credits, carried over from before ${formatUsdt(row.carry)} USDT.`,
    ...(payoutId === undefined ? [] : [{ label: "payoutId", value: payoutId }]),
  ];
  return { title: `Row of ${row.entityId}`, state: "holds", lines, findings: [] };
}

function conclusionOf(
  { row }: Payee,
  steps: readonly Step[],
  month: string,
): { readonly verdict: ReportVerdict; readonly summary: string } {
  const states = new Set(steps.map(({ state }) => state));
  const what = `The row of ${row.entityId} in ${month}`;
  if (states.has("disagrees")) return { verdict: "not verified", summary: `${what} is NOT verified.` };
  if (states.has("unchecked")) {
    return { verdict: "unchecked", summary: `${what}: what was checked agrees, but not everything was.` };
  }
  if (states.has("trusted")) {
    const summary = `${what} is consistent, but NOT confirmed: only the file says who planner and approver are.`;
    return { verdict: "unconfirmed", summary };
  }
  return { verdict: "verified", summary: `${what} is verified: ${formatUsdt(row.amount)} USDT.` };
}

/** @throws {SettingsError} ARGUMENT_INVALID */
function requireEntity(entity: string | undefined): string {
  if (entity !== undefined) return entity;
  const expected = "the 0x… id of a payee, which is the address of his node or pool";
  throw new SettingsError({ code: "ARGUMENT_INVALID", argument: "the payee's id", value: "", expected });
}

/** @throws {PayoutError} STATEMENT_MALFORMED */
function parseSignatures({ name: file, text }: TextFile): StatementSignatures {
  const parsed = parseJsonAs(signaturesSchema, text);
  if ("value" in parsed) return parsed.value;
  const { reason, cause } = parsed;
  throw new PayoutError({ code: "STATEMENT_MALFORMED", file, reason }, { cause });
}
