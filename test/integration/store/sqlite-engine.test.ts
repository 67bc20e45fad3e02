import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore } from "../../../offchain/store/open-store.ts";
import { describeEngine } from "./engine-suite.ts";

describe("store in memory", () => {
  describeEngine(() => openStore({ setting: "memory:" }));
});

describe("store in a file", () => {
  const folder = mkdtempSync(join(tmpdir(), "lucid-store-"));
  after(() => rmSync(folder, { recursive: true }));
  describeEngine(() => openStore({ setting: join(folder, "store.db") }));
});
