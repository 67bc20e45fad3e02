import { z } from "zod";
import { LucidError } from "../../offchain/errors.ts";
import { printable } from "../../offchain/printable.ts";
import { type ChosenFile, isChunkFile, sortFiles } from "./dropped-files.ts";
import { renderReport, VERDICTS } from "./render.ts";
import type { Report } from "./report.ts";
import { readVisitorSettings, type VisitorSettings } from "./settings.ts";
import { verifySession } from "./verify-session.ts";
import { verifyStatement } from "./verify-statement.ts";

// zod would compile its checks with `new Function`, which the page's policy forbids.
z.config({ jitless: true });

const byId = <Element extends HTMLElement>(id: string) => document.getElementById(id) as Element;
const form = byId<HTMLFormElement>("form");
const input = byId<HTMLInputElement>("files");
const chosenList = byId("chosen");
const status = byId("status");
const results = byId("results");
const button = byId<HTMLButtonElement>("verify");

let chosen: ChosenFile[] = [];

const countText = (count: number, what: string) => `${count} ${what}${count === 1 ? "" : "s"}`;

function choose(files: Iterable<File>): void {
  const added = [...files].map((file) => ({
    name: file.name,
    size: file.size,
    bytes: async () => new Uint8Array(await file.arrayBuffer()),
  }));
  const names = new Set(added.map(({ name }) => name));
  chosen = [...chosen.filter(({ name }) => !names.has(name)), ...added];
  showChosen();
}

function showChosen(): void {
  const chunks = chosen.filter(isChunkFile);
  const sum = chunks.reduce((total, { size }) => total + size, 0);
  const lines = chosen
    .filter((file) => !isChunkFile(file))
    .map(({ name, size }) => [printable(name), size] as const);
  // A session has up to a million of them.
  if (chunks.length > 0) lines.push([countText(chunks.length, "chunk file"), sum]);
  const items = lines.map(([what, bytes]) => {
    const item = document.createElement("li");
    item.textContent = `${what}, ${bytes.toLocaleString("en")} bytes`;
    return item;
  });
  chosenList.replaceChildren(...items);
  button.disabled = chosen.length === 0;
  byId("clear").hidden = chosen.length === 0;
  status.textContent =
    chosen.length === 0 ? "No file is chosen." : `${countText(chosen.length, "file")} chosen.`;
}

async function verify(): Promise<Report[]> {
  const settings = readVisitorSettings((field: keyof VisitorSettings) => byId<HTMLInputElement>(field).value);
  const { proofs, chunks, statement, signatures, explanation } = await sortFiles(chosen);
  const reports: Report[] = [];
  const show = (text: string) => {
    status.textContent = `${text}…`;
  };
  for (const file of proofs) {
    // Chunk files do not say of which session they are.
    const own = proofs.length === 1 ? chunks : [];
    reports.push(await verifySession({ file, proofs, chunks: own }, settings, show));
  }
  if (statement !== undefined)
    reports.push(await verifyStatement({ statement, signatures, explanation }, settings, show));
  return reports;
}

async function run(): Promise<void> {
  button.disabled = true;
  results.setAttribute("aria-busy", "true");
  try {
    const reports = await verify();
    results.replaceChildren(...reports.map(renderReport));
    status.textContent =
      reports.length === 0
        ? "There is neither a session proof nor a statement among the files: choose one of them too."
        : `Done. ${reports.map(({ name, verdict }) => `${printable(name)}: ${VERDICTS[verdict].toLowerCase()}`).join("; ")}.`;
    results.querySelector<HTMLElement>(".verdict")?.focus();
  } catch (error) {
    results.replaceChildren();
    const isTyped = error instanceof LucidError;
    status.textContent = isTyped
      ? `${error.code}: ${printable(error.message)}`
      : `The page itself failed, which says nothing about the files: ${printable(String(error))}`;
    if (!isTyped) console.error(error);
  } finally {
    results.removeAttribute("aria-busy");
    button.disabled = chosen.length === 0;
    document.body.dataset.runs = String(Number(document.body.dataset.runs ?? 0) + 1);
  }
}

input.addEventListener("change", () => {
  choose(input.files ?? []);
  input.value = "";
});
byId("clear").addEventListener("click", () => {
  chosen = [];
  results.replaceChildren();
  showChosen();
  input.focus();
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  void run();
});
document.addEventListener("dragover", (event) => {
  event.preventDefault();
  document.body.classList.add("dragging");
});
document.addEventListener("dragleave", () => document.body.classList.remove("dragging"));
document.addEventListener("drop", (event) => {
  event.preventDefault();
  document.body.classList.remove("dragging");
  choose(event.dataTransfer?.files ?? []);
});
showChosen();
document.body.dataset.runs = "0";
