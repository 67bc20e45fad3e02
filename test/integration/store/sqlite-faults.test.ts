import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { expect } from "chai";
import { addressOf, hashOf, newTally, newTallyHead, uuidOf } from "../../../devnet/store-documents.ts";
import { openStore } from "../../../offchain/store/open-store.ts";
import type { Store } from "../../../offchain/store/store.ts";
import { chance, faultRounds } from "../../support/random.ts";

const WRITER = join(import.meta.dirname, "..", "..", "support", "sqlite-writer.ts");
const CLOSER = join(import.meta.dirname, "..", "..", "support", "slot-closer.ts");
/** Four parts. */
const ENTITIES = 30_000;
const QUICK_ROUNDS = 5;
const LONGEST_ROUND_MS = 150;
const IDS_A_ROUND = 100_000;
/** What the writer inserts a session. */
const CHUNKS = 50;

interface Writer {
  readonly process: ChildProcess;
  readonly acknowledged: string[];
  readonly opened: Promise<void>;
  readonly ended: Promise<void>;
}

function startWriter(file: string, first: number): Writer {
  const writer = spawn(process.execPath, ["--import", "tsx", WRITER, file, String(first)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const acknowledged: string[] = [];
  const lines = createInterface({ input: writer.stdout });
  const ended = new Promise<void>((resolve) => lines.once("close", resolve));
  const opened = new Promise<void>((resolve, reject) => {
    lines.once("line", () => resolve());
    lines.once("close", () => reject(new Error("the writer ended before it opened its store")));
  });
  lines.on("line", (line) => acknowledged.push(line));
  return { process: writer, acknowledged, opened, ended };
}

/** Kills a closer when it has taken so many of a slot's tallies. */
async function closeUntilKilled(file: string, slot: number, taken: number): Promise<void> {
  const closer = spawn(process.execPath, ["--import", "tsx", CLOSER, file, String(slot), String(ENTITIES)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface({ input: closer.stdout });
  lines.on("line", (line) => {
    if (Number(line) >= taken) closer.kill("SIGKILL");
  });
  await new Promise((resolve) => lines.once("close", resolve));
}

async function isThere(store: Store, line: string): Promise<boolean> {
  const [kind, id] = [line.split(" ")[0], Number(line.split(" ")[1])];
  if (kind === "session") return (await store.sessions.get(uuidOf(id))) !== undefined;
  if (kind === "pending") return (await store.sessions.get(uuidOf(id)))?.status === "pending";
  if (kind === "chunks") return (await store.chunks.bySession(uuidOf(id))).documents.length === CHUNKS;
  if (kind === "proof") return (await store.taskProofs.get(1, addressOf(1), hashOf(id))) !== undefined;
  return kind === "open";
}

describe("store in a file, its process killed", function () {
  const rounds = faultRounds(QUICK_ROUNDS);
  this.timeout(20_000 + rounds * 10_000);
  const folder = mkdtempSync(join(tmpdir(), "lucid-kill-"));
  after(() => rmSync(folder, { recursive: true }));
  const random = chance();

  it(`holds every acknowledged write after each of ${rounds} kills (LUCID_FAULT_SEED=${random.seed})`, async () => {
    const file = join(folder, "store.db");
    let count = 0;
    for (let round = 0; round < rounds; round += 1) {
      const writer = startWriter(file, round * IDS_A_ROUND);
      await writer.opened;
      await delay(random.next() * LONGEST_ROUND_MS);
      writer.process.kill("SIGKILL");
      await writer.ended;
      // Opening for writing takes the dead process's lock over, and checks every page.
      await using store = await openStore({ setting: file });
      const lost: string[] = [];
      for (const line of writer.acknowledged) if (!(await isThere(store, line))) lost.push(line);
      expect(lost, `round ${round}`).to.deep.equal([]);
      // A transaction is there whole or not at all.
      const chunks = await store.chunks.count();
      expect(chunks % CHUNKS, `round ${round}: chunks of a transaction that was cut off`).to.equal(0);
      count += writer.acknowledged.length;
    }
    expect(count, "writes acknowledged in all rounds").to.be.greaterThan(rounds);
  });

  it("finishes the slots whose closers were killed between parts and head", async () => {
    const file = join(folder, "slots.db");
    await (await openStore({ setting: file })).close();
    let unfinished = 0;
    let parts = 0;
    for (let slot = 1; slot <= rounds; slot += 1) {
      await closeUntilKilled(file, slot, 10_000 + Math.floor(random.next() * 20) * 1_000);
      await using store = await openStore({ setting: file });
      const before = await store.slotTallies.get(slot);
      const left = (await store.slotTallyParts.count()) - parts;
      if (before === undefined && left > 0) unfinished += 1;
      const tallies = Array.from({ length: ENTITIES }, (_, at) => newTally(at + 1));
      const { outcome } = await store.slotTallies.close(slot, newTallyHead(1, 2), tallies);
      expect(outcome, `slot ${slot}`).to.equal(before === undefined ? "closed" : "same");
      let entities = 0;
      for await (const tally of store.slotTallies.tallies(slot)) {
        entities += 1;
        expect(tally.entityId).to.equal(addressOf(entities));
      }
      expect(entities, `slot ${slot}`).to.equal(ENTITIES);
      parts = await store.slotTallyParts.count();
    }
    expect(unfinished, "closers killed between parts and head").to.be.greaterThan(0);
  });

  it("is created whole or not at all when killed at its first start", async () => {
    for (let round = 0; round < rounds; round += 1) {
      const file = join(folder, `first-${round}.db`);
      const writer = startWriter(file, 0);
      writer.opened.catch(() => undefined);
      await delay(random.next() * 600);
      writer.process.kill("SIGKILL");
      await writer.ended;
      await using store = await openStore({ setting: file });
      for (const line of writer.acknowledged) expect(await isThere(store, line), line).to.equal(true);
    }
  });
});
