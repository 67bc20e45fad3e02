import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { buildVerifier } from "../../scripts/build-verifier.ts";

/** A file that a visitor chooses. */
export interface VisitorFile {
  readonly name: string;
  readonly content: string | Buffer;
}

/** One report as the page shows it. */
export interface ShownReport {
  readonly name: string;
  readonly verdict: string;
  /** The codes of each step's findings, as `title CODE`. */
  readonly codes: readonly string[];
  /** `title: state` of each step. */
  readonly steps: readonly string[];
  readonly text: string;
  readonly json: Record<string, unknown>;
}

/** Runs in the page: what its reports show. */
const SHOWN = `[...document.querySelectorAll(".report")].map((report) => ({
  name: report.dataset.name,
  verdict: report.dataset.verdict,
  codes: [...report.querySelectorAll(".finding code")].map(
    (code) => code.closest(".step").querySelector(".title").textContent + " " + code.textContent,
  ),
  steps: [...report.querySelectorAll(".step")].map(
    (step) => step.querySelector(".title").textContent + ": " + step.dataset.state,
  ),
  text: report.innerText,
  json: JSON.parse(report.querySelector(".json pre").textContent),
}))`;

const TIMEOUT_MS = 60_000;

/** The built page, opened from a file:// URL in a headless browser. */
export class VerifierPage implements AsyncDisposable {
  readonly page: Page;
  /** URLs that the page asked for, the file itself left out. */
  readonly requests: string[] = [];
  /** What the browser's console shows as errors. */
  readonly errors: string[] = [];
  readonly #browser: Browser;
  readonly #folder: string;

  private constructor(browser: Browser, page: Page, folder: string) {
    this.#browser = browser;
    this.page = page;
    this.#folder = folder;
  }

  static async open(executablePath: string): Promise<VerifierPage> {
    const folder = await mkdtemp(join(tmpdir(), "lucid-page-"));
    const file = join(folder, "verifier.html");
    await writeFile(file, await buildVerifier());
    // Containers let nobody make the namespaces of the sandbox.
    const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"], timeout: TIMEOUT_MS });
    const page = await browser.newPage({ viewport: { width: 900, height: 1_000 } });
    page.setDefaultTimeout(TIMEOUT_MS);
    const opened = new VerifierPage(browser, page, folder);
    const url = pathToFileURL(file).href;
    page.on("request", (request) => {
      if (request.url() !== url) opened.requests.push(request.url());
    });
    page.on("console", (message) => {
      if (message.type() === "error") opened.errors.push(message.text());
    });
    page.on("pageerror", (error) => opened.errors.push(String(error)));
    await page.goto(url);
    await page.waitForSelector("body[data-runs]");
    return opened;
  }

  /** A fresh page: without files, settings and a bound endpoint. */
  async reload(): Promise<void> {
    await this.page.reload();
    await this.page.waitForSelector("body[data-runs]");
  }

  /** Replaces the chosen files. */
  async choose(files: readonly VisitorFile[]): Promise<void> {
    if (await this.page.isVisible("#clear")) await this.page.click("#clear");
    await this.page.setInputFiles(
      "#files",
      files.map(({ name, content }) => ({
        name,
        mimeType: "application/octet-stream",
        buffer: Buffer.from(content),
      })),
    );
  }

  /** Fills in fields by their ids. */
  async fill(fields: Readonly<Record<string, string>>): Promise<void> {
    for (const [id, value] of Object.entries(fields)) {
      // Some fields are folded away.
      if (!(await this.page.isVisible(`#${id}`))) await this.page.click("#payout-fields summary");
      await this.page.fill(`#${id}`, value);
    }
  }

  /** Presses Verify and waits for the outcome. */
  async verify(files?: readonly VisitorFile[]): Promise<ShownReport[]> {
    if (files !== undefined) await this.choose(files);
    const runs = await this.page.getAttribute("body", "data-runs");
    await this.page.click("#verify");
    await this.page.waitForSelector(`body:not([data-runs="${runs}"])`);
    return await this.page.evaluate<ShownReport[]>(SHOWN);
  }

  status(): Promise<string> {
    return this.page.innerText("#status");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
    await rm(this.#folder, { recursive: true });
  }
}
