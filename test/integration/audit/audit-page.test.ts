import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import { id, Wallet } from "ethers";
import { type Browser, chromium, type Page } from "playwright-core";
import { auditPage } from "../../../offchain/audit/html/page.ts";
import { makeReport } from "../../../offchain/audit/report.ts";
import type { SlotRow } from "../../../offchain/audit/slot-rows.ts";
import { needChromium } from "../../support/chromium.ts";

const FIRST = 525_600;
const FAULTY = FIRST + 100;
const entity = (number: number) => `0x${id(`entity ${number}`).slice(2, 42)}`;

/** A day, with a finding and what follows from it, and a text that would be markup if it were not escaped. */
async function pageOfADay(): Promise<string> {
  const result = {
    deployment: { chainId: 31_337, anchors: entity(99) },
    range: { first: FIRST, last: FIRST + 719 },
    digest: id("history"),
    counts: { slots: 720, findings: 2 },
    refusals: { PROOF_REPEATED: 2 },
    gas: [{ purpose: "sessions", count: 60, gas: "5432100" }],
    payouts: [{ status: "confirmed", count: 4, amount: "812345678" }],
    credits: [1, 2, 3].map((number) => ({ entityId: entity(number), credits: 900 - 200 * number })),
    concentration: {
      owners: [{ entityId: entity(1), owner: entity(50), credits: 700, ownerCredits: 70 }],
      nodes: [{ nodeId: entity(1), answered: 30, asked: 60, ofAll: 90 }],
    },
    notAudited: [],
    findings: [
      {
        code: "TALLY_UNSUPPORTED",
        place: { slot: FAULTY },
        expected: id("root"),
        found: '<img src="http://example.org/x" onerror="document.title=1">',
        consequences: [
          { code: "DECISION_LEADER_WRONG", place: { slot: FAULTY + 2 }, expected: "one", found: "two" },
        ],
      },
    ],
  } as const;
  const slots = Array.from({ length: 720 }, (_, number): SlotRow => {
    if (number % 90 === 7) return { slot: FIRST + number, outcome: "missed", detail: "not-taken" };
    return { slot: FIRST + number, outcome: "primary", winner: entity(number % 3), block: id(`${number}`) };
  });
  return auditPage(await makeReport(result, Date.UTC(2026, 0), new Wallet(id("auditor"))), slots);
}

describe("the page of an audit, in a browser", function () {
  this.timeout(120_000);
  let browser: Browser | undefined;
  let page: Page;
  let folder: string | undefined;
  const requests: string[] = [];

  before(async function () {
    const executablePath = needChromium(this);
    folder = await mkdtemp(join(tmpdir(), "lucid-audit-page-"));
    const file = join(folder, "audit.html");
    await writeFile(file, await pageOfADay());
    // Containers let nobody make the namespaces of the sandbox.
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox"], timeout: 60_000 });
    page = await browser.newPage({ viewport: { width: 390, height: 800 } });
    page.on("request", (request) => requests.push(request.url()));
    await page.goto(pathToFileURL(file).href);
  });
  after(async () => {
    await browser?.close();
    if (folder !== undefined) await rm(folder, { recursive: true });
  });

  it("asks for nothing but itself, and runs nothing that was found", async () => {
    expect(requests).to.have.length(1);
    expect(await page.title()).to.equal(`Lucid audit, slots ${FIRST} to ${FIRST + 719}`);
    expect(await page.locator("script, img").count()).to.equal(0);
  });

  it("fits a phone", async () => {
    const [content, window] = (await page.evaluate(
      "[document.documentElement.scrollWidth, window.innerWidth]",
    )) as [number, number];
    expect(content).to.be.at.most(window);
  });

  it("shows what was expected beside what was found, and what follows when it is asked for", async () => {
    const finding = page.locator(".finding").first();
    expect(await finding.locator("h3").first().innerText()).to.equal("TALLY_UNSUPPORTED");
    expect(await finding.locator("dd").nth(0).innerText()).to.equal(id("root"));
    expect(await finding.locator("dd").nth(1).innerText()).to.include("<img src=");
    const consequence = page.getByText("DECISION_LEADER_WRONG");
    expect(await consequence.isVisible()).to.equal(false);
    await finding.locator("summary").click();
    expect(await consequence.isVisible()).to.equal(true);
  });

  it("leads from a slot on the time line to its row, which it opens", async () => {
    const row = page.locator(`#slot-${FAULTY}`);
    expect(await row.isVisible()).to.equal(false);
    await page.locator(`svg a[href="#slot-${FAULTY}"]`).click();
    await row.waitFor({ state: "visible" });
    expect(
      await page.locator("rect.faulty").count(),
      "the finding's slot, and the one that follows",
    ).to.equal(2);
    await page.locator(`svg a[href="#entity-1"]`).click();
    await page.locator("#entity-1").waitFor({ state: "visible" });
  });

  it("prints its rows too", async () => {
    await page.reload();
    await page.emulateMedia({ media: "print" });
    expect(await page.locator("#gas-sessions").isVisible()).to.equal(true);
    expect(await page.getByText("DECISION_LEADER_WRONG").isVisible()).to.equal(true);
  });
});
