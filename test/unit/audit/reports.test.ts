import { mkdtempDisposable, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { id, Wallet } from "ethers";
import type { AuditState } from "../../../offchain/audit/audit.ts";
import { compareReports } from "../../../offchain/audit/compare-reports.ts";
import { AuditError } from "../../../offchain/audit/errors.ts";
import type { AuditFinding } from "../../../offchain/audit/finding.ts";
import { auditPage } from "../../../offchain/audit/html/page.ts";
import { type AuditResult, makeReport, parseReport, reportText } from "../../../offchain/audit/report.ts";
import { ResumeFile } from "../../../offchain/audit/resume-file.ts";
import { digestOfSlots } from "../../../offchain/audit/slot-digest.ts";
import { openStore } from "../../../offchain/store/open-store.ts";

const AUDITOR = new Wallet(id("an auditor"));
const FINDING: AuditFinding = {
  code: "TALLY_UNSUPPORTED",
  place: { slot: 7, entityId: `0x${"11".repeat(20)}` },
  expected: id("expected"),
  found: "more <b>than</b> proofs support",
  consequences: [{ code: "DECISION_LEADER_WRONG", place: { slot: 9 }, expected: "one", found: "another" }],
};

const resultWith = (findings: readonly AuditFinding[]): AuditResult => ({
  deployment: { chainId: 31_337, anchors: `0x${"a1".repeat(20)}` },
  range: { first: 5, last: 9 },
  digest: id("history"),
  counts: { slots: 5 },
  refusals: {},
  gas: [{ purpose: "sessions", count: 2, gas: "300000" }],
  payouts: [{ status: "pending", count: 3, amount: "1500000" }],
  credits: [{ entityId: `0x${"11".repeat(20)}`, credits: 12 }],
  concentration: {
    owners: [
      { entityId: `0x${"11".repeat(20)}`, owner: `0x${"22".repeat(20)}`, credits: 12, ownerCredits: 3 },
    ],
    nodes: [{ nodeId: `0x${"11".repeat(20)}`, answered: 4, asked: 8, ofAll: 16 }],
  },
  notAudited: [],
  findings,
});

const codeOf = (work: () => unknown): string | undefined => {
  try {
    work();
    return undefined;
  } catch (error) {
    expect(error).to.be.instanceOf(AuditError);
    return (error as AuditError).code;
  }
};

describe("an audit's report", () => {
  it("is read back as it was signed", async () => {
    const report = await makeReport(resultWith([FINDING]), Date.UTC(2026, 0), AUDITOR);
    expect(report.auditor).to.equal(AUDITOR.address.toLowerCase());
    expect(parseReport(reportText(report), "report.json")).to.deep.equal(report);
  });

  it("is refused where anything in it was changed, where it is not signed, and where it is none", async () => {
    const report = await makeReport(resultWith([FINDING]), Date.UTC(2026, 0), AUDITOR);
    const changed = { ...report, findings: [] };
    expect(codeOf(() => parseReport(reportText(changed), "f"))).to.equal("REPORT_SIGNATURE_INVALID");
    const other = { ...report, auditor: `0x${"33".repeat(20)}` };
    expect(codeOf(() => parseReport(reportText(other), "f"))).to.equal("REPORT_SIGNATURE_INVALID");
    const unsigned = await makeReport(resultWith([]), Date.UTC(2026, 0));
    expect(codeOf(() => parseReport(reportText(unsigned), "f"))).to.equal("REPORT_SIGNATURE_INVALID");
    expect(codeOf(() => parseReport("{}", "f"))).to.equal("REPORT_MALFORMED");
    expect(codeOf(() => parseReport("no JSON", "f"))).to.equal("REPORT_MALFORMED");
  });

  it("is compared with another by what was found where", async () => {
    const own = await makeReport(resultWith([FINDING]), Date.UTC(2026, 0), AUDITOR);
    const same = await makeReport(resultWith([{ ...FINDING, found: "said otherwise" }]), 1, AUDITOR);
    expect(compareReports(own, same, "f")).to.deep.equal({
      auditor: own.auditor,
      isSameHistory: true,
      onlyHere: [],
      onlyThere: [],
    });
    const clean = await makeReport({ ...resultWith([]), digest: id("another history") }, 1, AUDITOR);
    expect(compareReports(own, clean, "f")).to.deep.include({ isSameHistory: false, onlyHere: [FINDING] });
    expect(compareReports(clean, own, "f")).to.deep.include({ onlyHere: [], onlyThere: [FINDING] });
    const later = { ...clean, range: { first: 5, last: 10 } };
    expect(codeOf(() => compareReports(own, later, "f"))).to.equal("REPORT_NOT_COMPARABLE");
  });

  it("is a page that shows no markup of what was found, asks no network, and leads from figures to rows", async () => {
    const report = await makeReport(resultWith([FINDING]), Date.UTC(2026, 0), AUDITOR);
    const page = auditPage(report, [
      { slot: 5, outcome: "primary", winner: `0x${"11".repeat(20)}`, block: id("block") },
      { slot: 6, outcome: "missed", detail: "not-taken" },
      { slot: 7, outcome: "absent" },
    ]);
    expect(page).to.include("more &#60;b&#62;than&#60;/b&#62; proofs support");
    expect(page).not.to.match(/<script|https?:|@import|url\(/);
    const targets = [...page.matchAll(/href="#([^"]+)"/g)].map(([, name]) => name);
    expect(targets).to.include.members([
      "slot-5",
      "slot-7",
      "entity-0",
      "gas-sessions",
      "payout-pending",
      "findings",
    ]);
    const ids = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, name]) => name));
    // The last slot of a consequence may be one that the page does not have.
    expect(targets.filter((name) => !ids.has(name ?? "") && name !== "slot-9")).to.deep.equal([]);
  });
});

describe("the file that an interrupted audit goes on from", () => {
  const subject = {
    chainId: 1,
    anchors: "0xa1",
    store: "store.db",
    from: undefined,
    to: undefined,
    payouts: "",
  };
  const stateOf = (digest: string): AuditState => ({
    bounds: { newestDecided: 9, newestClosed: 7 },
    range: { first: 5, last: 9 },
    phase: "slots",
    slots: {
      next: 7,
      digest,
      proofs: 12,
      refusals: {},
      concentration: { credits: [["0x11", 1]], owners: [], nodes: [["0x11", 1, 1]] },
    },
    after: undefined,
    counts: { slots: 2 },
    gas: [["sessions", 1, "3"]],
    payouts: [],
    findings: [FINDING],
  });

  it("gives the state back, to the same audit alone, and while the slots before are the same", async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), "lucid-resume-"));
    await using store = await openStore({ setting: "memory:" });
    let now = 1_000_000;
    const file = new ResumeFile(folder.path, subject, () => now);
    expect(await file.read(store)).to.equal(undefined);
    const digest = await digestOfSlots({ first: 5, below: 7, closedUntil: 7 }, store);
    await file.keep(() => stateOf(digest));
    expect(await file.read(store)).to.deep.equal(JSON.parse(JSON.stringify(stateOf(digest))));
    const other = new ResumeFile(folder.path, { ...subject, to: 8 }, () => 1_000_000);
    expect(await other.read(store)).to.equal(undefined);
    now += 5_000;
    await file.keep(() => stateOf(id("other slots")));
    expect(await file.read(store)).to.equal(undefined);
    await file.remove();
    expect(await file.read(store)).to.equal(undefined);
  });

  it("is written every few seconds", async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), "lucid-resume-"));
    let now = 1_000_000;
    const file = new ResumeFile(folder.path, subject, () => now);
    await file.keep(() => stateOf("0x1"));
    now += 1_000;
    await file.keep(() => expect.fail("it was written a moment ago"));
    now += 5_000;
    await file.keep(() => stateOf("0x2"));
    expect(await readFile(file.path, "utf8")).to.include('"0x2"');
    await writeFile(file.path, "cut off");
    await using store = await openStore({ setting: "memory:" });
    expect(await file.read(store)).to.equal(undefined);
  });
});
